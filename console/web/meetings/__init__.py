"""Meetings on pages: what is ahead and was held, and the sitting itself."""
