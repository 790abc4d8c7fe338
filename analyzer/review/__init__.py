"""People's verdicts: what reviewers decided, what was waived, and what that says about the rules."""
