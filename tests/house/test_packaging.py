"""What is shipped: every room is packaged, the wheel works outside the checkout, dependencies are named."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = {
    "charset_normalizer": "charset-normalizer",
    "docx": "python-docx",
    "python_calamine": "python-calamine",
    "sklearn": "scikit-learn",
    "webvtt": "webvtt-py",
    "yaml": "pyyaml",
}


def config() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_the_list_of_packages_is_the_list_of_folders() -> None:
    listed = set(config()["options"]["packages"].split())
    rooms = {p.parent.relative_to(ROOT).as_posix().replace("/", ".") for p in (ROOT / "analyzer").rglob("__init__.py")}
    assert listed == rooms | {"analyzer.lexicons", "analyzer.samples"}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_everything_imported_is_a_named_dependency() -> None:
    requirements = config()["options"]["install_requires"].split("\n")
    named = {re.split(r"[<>=!~ ]", r.strip())[0].lower() for r in requirements if r.strip()}
    used = set().union(*(imported(p) for p in (ROOT / "analyzer").rglob("*.py")))
    foreign = {DISTRIBUTIONS.get(m, m) for m in used - set(sys.stdlib_module_names) - {"analyzer"}}
    assert foreign <= named


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    source = tmp_path_factory.mktemp("source")
    subprocess.run(["git", "-C", str(ROOT), "checkout-index", "-a", f"--prefix={source}/"], check=True)
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--skip-dependency-check",
        "--outdir",
        str(out),
        str(source),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("hegui-*.whl"))


def test_the_wheel_carries_rules_samples_and_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "analyzer/py.typed",
        "analyzer/lexicons/scorecard.yaml",
        "analyzer/lexicons/rules/impersonation/police.yaml",
        "analyzer/samples/01-police.json",
        "analyzer/samples/15-property.csv",
        "analyzer/text/tables.npz",
        "analyzer/formats/call.v1.schema.json",
        "analyzer/formats/samples/aliyun.json",
        "analyzer/reports/report.v1.schema.json",
    ):
        assert name in names
    assert not [n for n in names if n.startswith(("tests/", "tools/", "data/"))]


def test_the_wheel_audits_its_samples_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    site = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    )
    # the dependencies are lent by this environment; a path file does not run the editable install's own path file
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    zipfile.ZipFile(wheel).extractall(site)
    where = "import analyzer, importlib.resources as r; print(analyzer.__file__); print(r.files('analyzer.samples'))"
    found = subprocess.run(
        [python, "-c", where], capture_output=True, text=True, check=True, cwd=tmp_path
    ).stdout.split()
    assert found[0].startswith(str(site))
    command = [python, "-m", "analyzer", "audit", found[1], "-o", "out", "--fail-on", "never"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "reports.jsonl").read_bytes().count(b"\n") == 24
