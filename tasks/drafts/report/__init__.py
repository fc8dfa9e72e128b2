"""A semester's report as a paper: its figures, and beside them what the team says and recommends."""
