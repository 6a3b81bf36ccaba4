"""Aukio: a multi-user virtual world server for schools and cities."""
