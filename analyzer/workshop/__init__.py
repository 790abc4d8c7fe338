"""The workshop of whoever writes rules: examples, lint, stress, why not, what changes, a first draft."""
