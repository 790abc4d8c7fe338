"""The rules themselves: concepts, rules, context cues, cover words, packs and the scorecard."""
