"""Figures without people: which days a report counts, and which numbers may be shown."""
