"""`tat case`: a case from its screening to its end."""
