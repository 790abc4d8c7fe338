from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from analyzer.cli import build
    from analyzer.cli.chinese import run as run_command

    folder = tmp_path_factory.mktemp("audit") / "out"
    assert run_command(build(), ["audit", str(SAMPLES), "-o", str(folder)]) == 1
    return folder


def test_one_report_and_one_page_per_call_in_input_order(out: Path) -> None:
    reports = [json.loads(line) for line in (out / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(reports) == 24
    assert [r["source"] for r in reports] == sorted(
        (r["source"] for r in reports), key=lambda s: s.rpartition("/")[2][:2]
    )
    assert len(list((out / "calls").glob("*.html"))) == 24


def test_the_overview_links_every_page(out: Path) -> None:
    index = (out / "index.html").read_text(encoding="utf-8")
    for page in (out / "calls").glob("*.html"):
        assert f"calls/{page.name}" in index


def test_nothing_half_written_is_left(out: Path) -> None:
    assert not list(out.rglob("*.part"))
    assert (out / "unreadable.jsonl").read_bytes() == b""


def test_the_same_input_gives_the_same_bytes(out: Path, run: Run, tmp_path: Path) -> None:
    run("audit", str(SAMPLES), "-o", str(tmp_path / "again"))
    for name in ("reports.jsonl", "index.html"):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes()


def test_without_the_model_only_rules_speak(out: Path, run: Run, tmp_path: Path) -> None:
    run("audit", str(SAMPLES), "-o", str(tmp_path / "rules"), "--no-model")
    assert b'"classifier"' in (out / "reports.jsonl").read_bytes()
    assert b'"classifier"' not in (tmp_path / "rules" / "reports.jsonl").read_bytes()


def test_unreadable_files_are_listed_and_the_rest_is_done(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text('{"turns": [', encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_text("坐席：您好。\n客户：你好。\n", encoding="utf-8")
    done = run("audit", str(tmp_path / "in"), "-o", str(tmp_path / "out"))
    bad = [
        json.loads(line) for line in (tmp_path / "out" / "unreadable.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert done.code == 0
    assert len(bad) == 1
    assert bad[0]["source"].endswith("a.json")
    assert "读不了" in done.err


def test_nothing_to_read_exits_with_two(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = run("audit", str(tmp_path / "in"), "-o", str(tmp_path / "out"))
    assert done.code == 2
    assert "没有读到任何通话" in done.err


def test_a_missing_path_and_an_output_that_is_a_file_are_told(run: Run, tmp_path: Path) -> None:
    assert "不存在" in run("audit", str(tmp_path / "no"), "-o", str(tmp_path / "out")).err
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = run("audit", str(SAMPLES), "-o", str(tmp_path / "file"))
    assert done.code == 2
    assert "错误：" in done.err


def test_no_call_id_breaks_out_of_the_folder(run: Run, tmp_path: Path) -> None:
    call = {"call_id": "../../etc/<script>", "turns": [{"speaker": "agent", "text": "<script>alert(1)</script>"}]}
    (tmp_path / "c.json").write_text(json.dumps(call), encoding="utf-8")
    run("audit", str(tmp_path / "c.json"), "-o", str(tmp_path / "out"))
    pages = list((tmp_path / "out").rglob("*.html"))
    assert {p.parent for p in pages} == {tmp_path / "out", tmp_path / "out" / "calls"}
    assert all("<script>alert(1)" not in p.read_text(encoding="utf-8") for p in pages)


def test_verify_tells_what_was_changed(out: Path, run: Run) -> None:
    done = run("audit", "verify", str(out))
    assert (done.code, done.out) == (0, f"{out}：与清单一致\n")
    page = next((out / "calls").iterdir())
    before = page.read_bytes()
    page.write_bytes(before + b" ")
    done = run("audit", "verify", str(out))
    page.write_bytes(before)
    assert done.code == 1
    assert f"calls/{page.name}：内容与清单不符" in done.out
    assert run("audit", "verify", str(SAMPLES)).code == 2


def test_a_second_run_takes_over_and_rejudging_needs_no_paths(out: Path, run: Run, tmp_path: Path) -> None:
    before = (out / "reports.jsonl").read_bytes()
    assert run("audit", "--rejudge", "-o", str(out)).code == 1
    assert (out / "reports.jsonl").read_bytes() == before


def test_a_page_is_made_on_demand(run: Run, tmp_path: Path) -> None:
    target = str(tmp_path / "out")
    run("audit", str(SAMPLES), "-o", target, "--pages", "none")
    assert not list((tmp_path / "out" / "calls").iterdir())
    done = run("audit", "-o", target, "--page", "01-police", "--page", "09-abuse")
    assert done.code == 0
    assert [Path(line).name for line in done.out.split()] == ["000001-01-police.html", "000009-09-abuse.html"]
    assert "经侦" in (tmp_path / "out" / "calls" / "000001-01-police.html").read_text(encoding="utf-8")
    assert run("audit", "verify", target).code == 0
    assert "没有 no-such-call" in run("audit", "-o", target, "--page", "no-such-call").err


def test_options_that_make_no_sense_together_are_told(run: Run, tmp_path: Path) -> None:
    target = str(tmp_path / "out")
    assert "缺少要检查的路径" in run("audit", "-o", target).err
    assert "后面不要再给路径" in run("audit", str(SAMPLES), "--rejudge", "-o", target).err
    assert run("audit", "--rejudge", "-o", target).code == 2


def test_a_contact_log_and_waivers_are_heard(run: Run, tmp_path: Path) -> None:
    rows = ["呼叫时间,案件号,被叫号码,是否接通"]
    rows += [f"2026-03-02 {9 + n:02d}:00,D1,13900000001,否" for n in range(7)]
    (tmp_path / "log.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "w.yaml").write_text(
        "- {fingerprint: aaaaaaaaaaaaaaaa, rule: a.b, reason: x, owner: 李, expires: 2027-01-01}", encoding="utf-8"
    )
    target = tmp_path / "out"
    options = ["--contact-log", str(tmp_path / "log.csv"), "--waivers", str(tmp_path / "w.yaml"), "--pages", "none"]
    done = run("audit", str(SAMPLES / "01-police.json"), "-o", str(target), *options)
    assert "第 1 行 a.b：没有用到" in done.err
    table = (target / "findings.csv").read_text(encoding="utf-8-sig")
    assert "contact.unanswered_day" in table
    assert "log.csv:8" in table


def test_redacting_writes_a_twin_and_its_key(run: Run, tmp_path: Path) -> None:
    run("audit", str(SAMPLES / "01-police.json"), "-o", str(tmp_path / "out"), "--redact")
    assert (tmp_path / "out" / "redacted" / "index.html").is_file()
    assert "代号" in (tmp_path / "out" / "pseudonyms.csv").read_text(encoding="utf-8-sig")
    assert run("audit", "verify", str(tmp_path / "out")).code == 0
