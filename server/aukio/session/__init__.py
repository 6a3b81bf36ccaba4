"""One client's conversation, without input or output of its own."""
