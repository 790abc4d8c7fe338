"""The documents cannot lie: every command in them runs, every option they name exists, the schemas are fresh."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.en.md")
BLOCK = re.compile(r"```bash\n(.*?)```", re.S)


def commands() -> list[str]:
    found = []
    for name in READMES:
        for block in BLOCK.findall((ROOT / name).read_text(encoding="utf-8")):
            found += [line for line in block.splitlines() if line.strip() and "venv .venv" not in line]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_readme_works(command: str, tmp_path: Path) -> None:
    python = shlex.quote(sys.executable)
    line = command.replace(".venv/bin/hegui", f"{python} -m analyzer").replace(
        "-o out", f"-o {shlex.quote(str(tmp_path))}/out"
    )
    line = line.replace("> hegui-complete.bash", f"> {shlex.quote(str(tmp_path))}/complete")
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == ""


def test_both_readmes_give_the_same_two_commands() -> None:
    setups = [
        [c for b in BLOCK.findall((ROOT / n).read_text(encoding="utf-8")) for c in b.splitlines() if "venv .venv" in c]
        for n in READMES
    ]
    assert setups[0] == setups[1]
    assert len(setups[0]) == 2


def test_links_between_documents_lead_somewhere() -> None:
    for name in (*READMES, "CONTRIBUTING.md", "lexicons/README.md", "data/samples/README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


def test_the_schemas_are_fresh() -> None:
    from analyzer.formats.schema import call_schema
    from analyzer.reports.schema import report_schema

    for path, schema in (("formats/call.v1", call_schema()), ("reports/report.v1", report_schema())):
        shipped = json.loads((ROOT / "analyzer" / f"{path}.schema.json").read_text(encoding="utf-8"))
        assert shipped == schema, "run python tools/schemas.py"


def test_every_category_kind_and_status_is_explained_to_rule_authors() -> None:
    from analyzer.rules.schema import KIND_KEYS, RULE_KEYS
    from analyzer.text.assertion import STATUSES

    text = (ROOT / "lexicons" / "README.md").read_text(encoding="utf-8")
    for word in (*KIND_KEYS, *STATUSES, *RULE_KEYS):
        assert word in text, word
