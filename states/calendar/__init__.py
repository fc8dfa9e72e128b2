"""Dates and times: what people type, when something is due, when people can meet."""
