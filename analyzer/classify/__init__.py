"""The second reader: a linear model over characters, words and context that votes beside the rules."""
