"""Writes the JSON Schemas that are shipped with the package from the types they describe.

python tools/schemas.py           write them
python tools/schemas.py --check   say which are stale, exit code 1
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analyzer.formats import schema as call_side  # noqa: E402 - the checkout comes before an installed copy

REPORTS = "analyzer.reports.schema"


def schemas() -> dict[Path, dict[str, Any]]:
    """Every shipped schema by the path of its file."""
    found = {call_side.PATH: call_side.call_schema()}
    if importlib.util.find_spec("analyzer.reports") and importlib.util.find_spec(REPORTS):
        report_side = importlib.import_module(REPORTS)
        found[ROOT / "analyzer" / "reports" / "report.v1.schema.json"] = report_side.report_schema()
    return found


def main() -> int:
    """Write the files, or with ``--check`` compare them; returns the exit code."""
    options = argparse.ArgumentParser(description="write the shipped JSON Schemas")
    options.add_argument("--check", action="store_true", help="only compare")
    check = options.parse_args().check
    stale = [path for path, schema in schemas().items() if _stale(path, call_side.as_text(schema), check)]
    for path in stale:
        print(f"{'已过期' if check else '已写入'}：{path.relative_to(ROOT)}")
    return 1 if check and stale else 0


def _stale(path: Path, text: str, check: bool) -> bool:
    """Whether the file differs; without ``check`` it is written."""
    same = path.exists() and path.read_text(encoding="utf-8") == text
    if not same and not check:
        path.write_text(text, encoding="utf-8", newline="\n")
    return not same


if __name__ == "__main__":
    raise SystemExit(main())
