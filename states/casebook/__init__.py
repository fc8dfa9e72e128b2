"""The casebook: the only writer of the case database.

One function for each thing that people or effects tell a case, one transaction for each call. Here lie the
open casebook (``book``), the open page of one case (``page``) and what both need; the functions lie in rooms
by the life of a case. A room imports those that lie below it, in the order of the contract ``rooms`` in
``pyproject.toml``, and no other.
"""

from states.casebook.book import Casebook
from states.casebook.page import Page

__all__ = ["Casebook", "Page"]
