"""Records from a database, read with one query for each kind."""
