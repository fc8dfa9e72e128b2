"""Names, folded: under which forms the same person's name is written in different places."""

import unicodedata
from collections.abc import Collection

#: what stands before or after a name without being part of it
TITLES = frozenset(
    {
        *("dr", "prof", "professor", "mr", "mrs", "ms", "mx", "miss", "sir", "madam"),
        *("dean", "officer", "chief", "sergeant", "president", "coach", "provost"),
        *("jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"),
    }
)


def forms(name: str) -> frozenset[str]:
    """The forms that a name is compared by; equal names share one, however they are spelt.

    Accents, apostrophes, hyphens, titles, middle names and the order of "Last, First" make no difference.

    Args:
        name: as somebody wrote it; of one word, it may be a family name alone.
    """
    words = _words(name)
    found = {"".join(words), " ".join(sorted(words))}
    if len(words) > 2:  # noqa: PLR2004 - first, last, and what lies between
        found.add(" ".join(sorted((words[0], words[-1]))))
    return frozenset(found - {""})


def own_forms(name: str) -> frozenset[str]:
    """The forms that somebody's own name may be written under: also the family name alone."""
    return forms(name) | frozenset(_words(name)[-1:])


def mailbox(address: str) -> str:
    """A mailbox in the form in which two of them are compared; empty: the address is no mailbox.

    What follows a plus sign is the owner's own sorting of their mail (RFC 5233).
    """
    local, _, domain = address.removeprefix("mailto:").strip().casefold().rpartition("@")
    if not local or not domain or "://" in address:
        return ""
    return f"{local.partition('+')[0]}@{domain}"


def mentions(text: str, names: Collection[str]) -> bool:
    """Whether a text names somebody, written in full.

    Args:
        text: anything people wrote.
        names: the forms of the name.
    """
    words = text.split()
    # A first name, a middle one and a last one.
    runs = (" ".join(words[at : at + length]) for length in (1, 2, 3) for at in range(len(words)))
    return any(not forms(run).isdisjoint(names) for run in runs)


def _words(name: str) -> list[str]:
    last, comma, first = name.partition(",")
    ordered = f"{first} {last}" if comma and "," not in first else name
    decomposed = unicodedata.normalize("NFKD", ordered).casefold()
    # Letters and digits of every script; a hyphen or an apostrophe joins what it stands between.
    words = ("".join(c for c in word if c.isalnum()) for word in decomposed.split())
    kept = [word for word in words if word]
    return [word for word in kept if word not in TITLES] or kept
