"""hegui（合规）: reads transcripts of debt-collection calls and says where the collector broke the rules."""

__version__ = "0.1.0"
