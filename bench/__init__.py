"""Measures how fast the parts are, each beside its peer in one run: ``make bench``."""
