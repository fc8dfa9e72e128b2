"""Records from CSV exports that another system drops into a folder."""
