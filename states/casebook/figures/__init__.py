"""Figures for the team to learn from: counted in SQL, shown without people."""
