"""Rezonans: what every stage shares."""

__version__ = "0.1.0"
