"""Invented calls and the reports they must give."""
