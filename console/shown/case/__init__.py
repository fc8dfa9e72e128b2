"""One case on screen: at a glance, and everything on record."""
