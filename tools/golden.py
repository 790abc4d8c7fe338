"""Write the golden report of every sample: ``python tools/golden.py`` rewrites ``tests/golden/samples.jsonl``.

Look at the difference before you commit it: the file says what each sample must give.
"""

from __future__ import annotations

from pathlib import Path

from analyzer import formats
from analyzer.call import Call
from analyzer.check import check
from analyzer.reports.json import to_wire
from analyzer.rules.rulebook import load

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "tests" / "golden" / "samples.jsonl"
KEPT = ("call_id", "source", "verdict", "score", "vetoed", "relation")


def golden() -> list[dict[str, object]]:
    """What the samples give now, without the parts that change with every release."""
    rulebook, found = load(), []
    for path in formats.walk([ROOT / "data" / "samples"]):
        for item in formats.read(path):
            assert isinstance(item, Call), item
            report = to_wire(check(item, rulebook))
            found.append(_short(report, path))
    return found


def _short(report: dict[str, object], path: Path) -> dict[str, object]:
    short = {k: report[k] for k in KEPT}
    short["source"] = path.name
    findings, disclosures = report["findings"], report["disclosures"]
    assert isinstance(findings, list)
    assert isinstance(disclosures, list)
    keys = ("rule", "category", "severity", "status", "turn", "quote")
    short["findings"] = [{k: f[k] for k in keys} for f in findings]
    short["disclosures"] = {d["id"]: d["verdict"] for d in disclosures}
    return short


def main() -> None:
    """Write the file."""
    import msgspec

    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(b"".join(msgspec.json.encode(g) + b"\n" for g in golden()))
    print(f"{TARGET.name}: {len(golden())} calls")


if __name__ == "__main__":
    main()
