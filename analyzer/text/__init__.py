"""Reading: from what was transcribed to what is meant, with every offset kept."""
