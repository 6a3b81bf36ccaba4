"""The authoritative state of a world and its rules; knows no socket, clock or wire."""
