"""Who should know of what."""
