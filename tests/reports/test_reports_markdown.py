"""Markdown for a ticket: what was said stays text."""

from __future__ import annotations

from html.parser import HTMLParser

import invented_reports as invented
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from analyzer.reports.markdown import escape, render


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(markdown: str) -> Tags:
    tags = Tags()
    tags.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
    return tags


@pytest.mark.parametrize("pair", invented.every(), ids=["good", "bad", "hostile", "empty"])
def test_nothing_but_our_own_tags_comes_out_of_it(pair: tuple[object, object]) -> None:
    tags = parsed(render(*pair, explain=True, show_excused=True))  # type: ignore[arg-type]
    assert tags.seen <= {"h2", "h3", "ul", "li", "p", "strong", "blockquote"}


def test_the_evidence_is_bold_and_in_brackets() -> None:
    tags = parsed(render(*invented.bad()))
    assert "strong" in tags.seen
    assert "【我这边是市公安局经侦支队的】，姓王。" in tags.text
    assert "**" not in tags.text.replace("*" * 4, "")


def test_the_head_is_the_verdict_and_the_alarm_follows() -> None:
    lines = render(*invented.bad()).splitlines()
    assert lines[0] == "## 通话 a-001：不合格（一票否决），得分 0，7 项违规、1 项疑似"
    assert lines[2].startswith("> **接听人流露轻生念头：第 7 句")


def test_numbers_are_masked_unless_told_otherwise() -> None:
    assert invented.MOBILE not in render(*invented.bad(), explain=True)
    assert invented.MOBILE in render(*invented.bad(), mask=False)


def test_excused_findings_and_steps_appear_only_when_asked_for() -> None:
    assert "豁免" not in render(*invented.bad())
    assert "豁免·致命" in render(*invented.bad(), show_excused=True)
    assert "### 经过" in render(*invented.bad(), explain=True)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), min_size=1))
def test_escaped_text_reads_as_it_was(text: str) -> None:
    tags = parsed("x" + escape(text))
    assert tags.seen == {"p"}
    assert tags.text.strip() == "x" + text


def test_links_and_mentions_are_broken() -> None:
    assert escape("http://www.x.cn @all") == r"http\://www\.x.cn &#64;all"
