"""The cold path stays light: help and one transcript load no table library, no learner and no segmenter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("pandas", "sklearn", "scipy", "jieba", "xlsxwriter")
SCRIPT = """
import sys
from analyzer.cli import build
from analyzer.cli.chinese import run
run(build(), {args!r})
print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)
"""


def loaded(*args: str) -> str:
    script = SCRIPT.format(args=args, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "args", [("--help",), ("check", "--help"), ("check", "data/samples/01-police.json"), ("rules", "list")]
)
def test_nothing_heavy_is_loaded(args: tuple[str, ...]) -> None:
    assert loaded(*args) == "[]"


def test_help_loads_no_numpy() -> None:
    script = (
        "import sys, analyzer.cli as c, analyzer.cli.chinese as z;"
        "z.run(c.build(), ['--help']); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, cwd=ROOT).returncode == 0
