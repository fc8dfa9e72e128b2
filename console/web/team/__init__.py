"""Who is on the team: entered, changed, ended."""
