"""What each viewer still has to be told, and its bytes."""
