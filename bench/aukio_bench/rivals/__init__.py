"""Other systems on the bench's plaza, measured beside ours in one run."""
