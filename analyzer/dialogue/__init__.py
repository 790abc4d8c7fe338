"""Who speaks to whom, and what has happened so far."""
