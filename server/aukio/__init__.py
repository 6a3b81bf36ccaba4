"""Aukio: a multi-user virtual world server for schools and cities."""

__version__ = "0.1.0"
