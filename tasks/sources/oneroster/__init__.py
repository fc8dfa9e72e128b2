"""Records from a registrar's OneRoster service (1EdTech OneRoster 1.1 and 1.2)."""
