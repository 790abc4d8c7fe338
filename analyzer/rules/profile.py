"""What an organisation says of itself: its names, staff and hours — written in five minutes, kept out of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.errors import HeguiError, RulebookError
from analyzer.rules.schema import ConceptSpec, Reader
from analyzer.rules.yamlfile import parse

KEYS = ("name", "org_type", "creditors", "departments", "staff", "hours", "contact_limits")
ORG_TYPES = ("bank", "agency", "law_firm")


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation profile.

    Attributes:
        creditors: institution names the agents may announce, short forms too.
        departments: approved department names, to be said exactly.
        staff: agent id -> surname.
        hours: the house's own window, ``("09:00", "20:00")``.
        contact_limits: limits across calls, by name.
    """

    name: str = ""
    org_type: str | None = None
    creditors: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    staff: Mapping[str, str] = field(default_factory=dict)
    hours: tuple[str, str] | None = None
    contact_limits: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | None) -> Profile:
        """Read a profile; None gives the empty one.

        Raises:
            HeguiError: the file cannot be read.
            RulebookError: it has mistakes.
        """
        if path is None:
            return cls()
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise HeguiError(f"{path}：机构档案读不了（{error}）；应是 UTF-8 编码的 YAML 文件") from error
        file, mistakes = parse(str(path), text)
        if file is None:
            raise RulebookError(mistakes)
        found = cls._read(Reader(file, mistakes), file.data)
        if mistakes:
            raise RulebookError(mistakes)
        return found

    @classmethod
    def _read(cls, reader: Reader, value: object) -> Profile:
        data = reader.mapping(value or {}, (), KEYS)
        org = data.get("org_type")
        if org is not None and org not in ORG_TYPES:
            reader.wrong(("org_type",), f"org_type 不能是 {org!r}；允许：{' '.join(ORG_TYPES)}")
        hours = reader.mapping(data.get("hours", {}), ("hours",), ("from", "to"))
        limits = reader.mapping(data.get("contact_limits", {}), ("contact_limits",))
        staff = reader.mapping(data.get("staff", {}), ("staff",))
        return cls(
            str(data.get("name") or ""),
            None if org is None else str(org),
            reader.words(data.get("creditors"), ("creditors",)),
            reader.words(data.get("departments"), ("departments",)),
            {str(k): str(v) for k, v in staff.items()},
            (reader.text(hours, "from", ("hours",)), reader.text(hours, "to", ("hours",))) if hours else None,
            {k: v for k, v in limits.items() if isinstance(v, int)},
        )

    def concepts(self) -> list[ConceptSpec]:
        """The concepts ``own_names`` and ``own_departments``; an unlikely word keeps an empty one loadable."""
        return [
            ConceptSpec(name, words or ("\ue010\ue010",), (), None, False, False, False, {}, "profile", 1)
            for name, words in (("own_names", self.creditors), ("own_departments", self.departments))
        ]
