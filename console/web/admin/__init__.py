"""Administration: what an installation and its team work with, and by which rules."""
