"""Work on the world outside: what leaves the building and what comes in, and how both are put into words."""
