"""Copies of a casebook: made while it is in use, encrypted, verified, thinned out, and restored.

One format for both kinds of database, made of rows rather than of pages: it needs neither the server's own
programs nor the same kind of database to go back to. :mod:`sealing` encrypts, :mod:`rows` turns tables into
lines and back, :mod:`making` writes and verifies, :mod:`restoring` brings back, and holds what would go out
again.
"""

from states.copies.making import Backup, make, make_due, newest, newest_file
from states.copies.restoring import Restored, restore

__all__ = ["Backup", "Restored", "make", "make_due", "newest", "newest_file", "restore"]
