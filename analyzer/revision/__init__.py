"""Two revisions of scripts -> what was added, kept, moved, fixed, lost."""
