"""What we are measured beside, in an environment of its own."""
