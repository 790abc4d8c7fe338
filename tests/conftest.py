"""What many tests need: the shipped rulebook, loaded once."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import pytest

from analyzer.rules.rulebook import Rulebook, load


@lru_cache(maxsize=1)
def shipped() -> Rulebook:
    """The rulebook for tests that cannot take a fixture."""
    return load()


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return shipped()


@dataclass(frozen=True)
class Done:
    """What a command gave."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``hegui`` in this process."""
    from analyzer.cli import build
    from analyzer.cli.chinese import run as run_command

    def call(*args: str, stdin: bytes = b"") -> Done:
        capfd.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run_command(build(), list(args))
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return call
