"""The cases in the console: which there are for me, and one of them, whatever is done about it."""
