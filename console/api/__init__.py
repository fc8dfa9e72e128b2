"""The API: every action of the casebook for programs, by the functions that pages and commands call."""
