"""The rulebook: from YAML that a compliance officer reads to findings."""
