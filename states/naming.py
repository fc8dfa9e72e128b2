"""Names of members as reports may write them: whether two are the same is found by the forms that they share.

Coarser than what suggests that two cases are about one person (:mod:`states.persons`): whom a form may mean
is held back until somebody decides.
"""

from collections.abc import Collection

from states.persons.names import called, words

#: what stands before a name, besides the titles that are never part of one
TITLES = frozenset({"dean", "officer", "chief", "sergeant", "president", "coach", "provost", "madam", "esq"})


def forms(name: str) -> frozenset[str]:
    """The forms that a name is compared by; equal names share one, however they are spelt.

    Accents, scripts, apostrophes, hyphens, titles, middle names and the order of "Last, First" make no
    difference.

    Args:
        name: as somebody wrote it; of one word, it may be a family name alone.
    """
    return _forms(_parts(name))


def own_forms(name: str) -> frozenset[str]:
    """The forms that somebody's own name may be written under: with a nickname, or the family name alone."""
    parts = _parts(name)
    found = _forms(parts) | frozenset(parts[-1:])
    if len(parts) > 1:
        for other in called(parts[0]):
            found |= _forms([other, *parts[1:]])
    return found


def mentions(text: str, names: Collection[str]) -> bool:
    """Whether a text names somebody, written in full.

    Args:
        text: anything people wrote.
        names: the forms of the name.
    """
    parts = text.split()
    # A first name, a middle one and a last one.
    runs = (" ".join(parts[at : at + length]) for length in (1, 2, 3) for at in range(len(parts)))
    return any(not forms(run).isdisjoint(names) for run in runs)


def mailbox(address: str) -> str:
    """A mailbox in the form in which two of them are compared; empty: the address is no mailbox.

    What follows a plus sign is the owner's own sorting of their mail (RFC 5233).
    """
    local, _, domain = address.removeprefix("mailto:").strip().casefold().rpartition("@")
    if not local or not domain or "://" in address:
        return ""
    return f"{local.partition('+')[0]}@{domain}"


def _forms(parts: list[str]) -> frozenset[str]:
    found = {"".join(parts), " ".join(sorted(parts))}
    if len(parts) > 2:  # noqa: PLR2004 - first, last, and what lies between
        found.add(" ".join(sorted((parts[0], parts[-1]))))
    return frozenset(found - {""})


def _parts(name: str) -> list[str]:
    last, comma, first = name.partition(",")
    ordered = f"{first} {last}" if comma and "," not in first else name
    # A hyphen joins what it stands between: whoever writes a space instead is found by the whole.
    parts = [part for part in ("".join(words(each)) for each in ordered.split()) if part]
    return [part for part in parts if part not in TITLES] or parts
