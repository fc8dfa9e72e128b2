"""Cases made in bulk, for what only many of them show."""
