"""Lists, page by page: what changes between two pages is neither lost nor shown twice.

A list is ordered by what never changes of its items; a cursor is where a page ended. It is signed with the
list, its filters and whose it is, so that nobody makes one up or takes one elsewhere.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from console.api.call import Call
from states.casebook import Casebook
from states.errors import BadInput


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads a list: their cursors fit no other one.

    Args:
        book: the casebook.
        call: the list's call.
        whose: who reads it.
        filters: by what it is filtered.
    """

    book: Casebook
    call: Call
    whose: str
    filters: dict[str, Any]

    def after(self, cursor: str) -> list[str]:
        """Where the page before ended; nothing: this is the first.

        Raises:
            BadInput: the cursor is none of ours for this list.
        """
        if not cursor:
            return []
        place, _, sign = cursor.partition(".")
        if not (cursor.isascii() and compare_digest(sign, self._sign(place))):
            raise BadInput("This cursor belongs to another list, or is none. Nothing was shown: begin anew.")
        ended: list[str] = json.loads(bytes.fromhex(place))
        return ended

    def page(self, items: Sequence[Any], ended: list[str], limit: int) -> tuple[list[Any], str | None]:
        """A page, and the cursor of the next one; None: there is none.

        Args:
            items: all there is of the list, or all from where the page before ended on, in any order.
            ended: where the page before ended.
            limit: how many are on a page.
        """
        key = self.call.key
        assert key is not None, "only a list that has an order comes in pages"  # noqa: S101 - for the type
        rest = sorted((each for each in items if key(each) > ended), key=key)
        if len(rest) <= limit:
            return rest, None
        place = json.dumps(key(rest[limit - 1])).encode().hex()
        return rest[:limit], f"{place}.{self._sign(place)}"

    def _sign(self, place: str) -> str:
        about = json.dumps([self.call.at, self.whose, self.filters, place], sort_keys=True, default=str)
        return self.book.vault.blind("cursor", about)
