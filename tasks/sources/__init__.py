"""Data sources: who answers a look-up, what each may be asked for, and the one door to it."""
