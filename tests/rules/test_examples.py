"""One test per example inside the rules."""

from __future__ import annotations

import pytest

from analyzer.rules.rulebook import load
from analyzer.workshop import examples

OUTCOMES = list(examples.run(load()))


@pytest.mark.parametrize("outcome", OUTCOMES, ids=[f"{o.owner}:{o.line}:{i}" for i, o in enumerate(OUTCOMES)])
def test_the_rule_agrees_with_its_author(outcome: examples.Outcome) -> None:
    assert outcome.got == outcome.wanted, f"{outcome.path}:{outcome.line}: {outcome.text}"
