"""Pages: what a run found, as one self-contained HTML file."""
