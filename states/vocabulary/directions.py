"""Which way text is read: whether a text holds what turns what stands beside it (UAX #9)."""

import unicodedata

#: the bidirectional classes of characters that turn what stands beside them
_TURNS = frozenset({"R", "AL", "AN"})

#: the marks between which a text has a direction of its own
ISOLATE, POP = "\u2068", "\u2069"


def turns(text: str) -> bool:
    """Whether a text holds what is written from the right, so that it has to be isolated from others."""
    return not text.isascii() and any(unicodedata.bidirectional(each) in _TURNS for each in text)
