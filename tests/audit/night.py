"""A small night of invented calls, and the whole audit as one function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzer.audit import publish, run, sources
from analyzer.audit.ledger import Ledger
from analyzer.audit.workers import Opener
from analyzer.rules.rulebook import Rulebook

OUTPUTS = ("reports.jsonl", "unreadable.jsonl", "index.html", "report.xlsx", "findings.csv", "findings.parquet")
GOOD = (
    ("agent", "您好，我是云川银行的，我姓王，本次通话会录音，请问是陈晓东先生本人吗？"),
    ("customer", "是我，你说。"),
    ("agent", "您的信用卡账单逾期了，应还八百元，有问题请拨打九五五零零。"),
    ("customer", "好的，我明天还。"),
    ("agent", "好的，再见。"),
)
BAD = (
    ("agent", "我是市公安局经侦支队的，你这个案子在我手上。"),
    ("customer", "啊？警察？"),
    ("agent", "不还钱明天就来抓你。"),
)


def call(number: int, lines: tuple[tuple[str, str], ...] = GOOD, **meta: Any) -> dict[str, Any]:
    """One call.v1 object."""
    turns = [{"speaker": s, "text": t, "start": 4.0 * i, "end": 4.0 * i + 3} for i, (s, t) in enumerate(lines)]
    known = {"started_at": f"2026-03-{1 + number % 28:02d}T10:00:00+08:00", "agent_id": f"A{number % 3}", **meta}
    return {"call_id": f"c{number:03d}", "meta": known, "turns": turns}


def night(folder: Path, count: int = 12) -> Path:
    """Files of a night: JSONL with a broken line, and a text file that is no transcript."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(call(n, BAD if n % 5 == 0 else GOOD), ensure_ascii=False) for n in range(count)]
    half = count // 2
    (folder / "a.jsonl").write_text("\n".join([*lines[:half], "{broken", ""]), encoding="utf-8")
    (folder / "b.jsonl").write_text("\n".join([*lines[half:], ""]), encoding="utf-8")
    (folder / "c.json").write_text('{"turns": [', encoding="utf-8")
    return folder


def audited(
    paths: list[Path],
    out: Path,
    rulebook: Rulebook,
    wanted: publish.Wanted | None = None,
    *,
    opener: Opener | None = None,
    workers: int = 1,
    redact: bool = False,
) -> publish.Published:
    """The audit as the command runs it."""
    with Ledger(out) as ledger:
        found = sources.sources(paths, leave_out=out)
        run.fill(ledger, found, sources.Reading(), rulebook, opener=opener, workers=workers)
        publish.look_across(ledger, rulebook)
        return publish.publish(ledger, out, rulebook, wanted or publish.Wanted(), redact=redact)


def everything(out: Path) -> dict[str, bytes]:
    """All files of an output folder but the ledger."""
    files = (p for p in out.rglob("*") if p.is_file() and ".ledger" not in p.parts)
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in files}
