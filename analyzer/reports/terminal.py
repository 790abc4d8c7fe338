"""A sheet of paragraphs for the terminal: styled by rich, broken into lines the Chinese way, never wider than asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.reports.lines import breaks

if TYPE_CHECKING:
    from rich.text import Text

NARROWEST = 8
Part = str | tuple[str, str]


class Sheet:
    """Collects paragraphs and prints them.

    Args:
        colour: with escape sequences; without, nothing but text and line breaks comes out.
        width: cells of the terminal; fewer than eight are taken as eight.
    """

    def __init__(self, *, colour: bool, width: int) -> None:
        self.colour = colour
        self.width = max(width, NARROWEST)
        self._lines: list[Text] = []

    def add(self, *parts: Part, indent: int = 0, hang: int | None = None) -> None:
        """A paragraph; its later lines begin at ``hang`` cells (default: ``indent``).

        On a narrow terminal both give way, so that at least two thirds of the line are left.
        """
        from rich.text import Text

        first, rest = (min(n, self.width // 3) for n in (indent, indent if hang is None else hang))
        text = Text.assemble(*parts)
        offsets = breaks(text.plain, self.width - first, self.width - rest, _known.__getitem__)
        for i, line in enumerate(text.divide(offsets)):
            line.rstrip()
            self._lines.append(Text(" " * (rest if i else first)) + line)

    def flow(self, *items: tuple[str, str], between: str, hang: int = 0) -> None:
        """Items one after another, a new line rather than a broken item where one does not fit."""
        line: list[Part] = []
        used, indent = 0, 0
        for text, style in items:
            size = sum(_known[c] for c in (between if line else "") + text)
            if line and indent + used + size > self.width:
                self.add(*line, indent=indent, hang=hang)
                line, used, indent, size = [], 0, min(hang, self.width // 3), size - sum(_known[c] for c in between)
            line += [between, (text, style)] if line else [(text, style)]
            used += size
        self.add(*line, indent=indent, hang=hang)

    def gap(self) -> None:
        """An empty line."""
        from rich.text import Text

        self._lines.append(Text(""))

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        out = StringIO()
        console = Console(
            file=out,
            width=self.width + 1,
            force_terminal=self.colour,
            no_color=not self.colour,
            color_system="standard" if self.colour else None,
            legacy_windows=False,
        )
        for line in self._lines:
            console.print(line, no_wrap=True, overflow="ignore", crop=False, end="\n")
        return out.getvalue().rstrip("\n")


class _Cells(dict[str, int]):
    """Cells of each character that was met; never fewer than rich counts in company."""

    def __missing__(self, char: str) -> int:
        from rich.cells import cell_len

        self[char] = size = cell_len(char)
        return size


_known = _Cells()
