"""Whether somebody whom a report names may be a member of the team.

It asks less than what suggests that two cases are about one person: whom a report may mean is held back
until somebody decides (W-39). So a family name alone is enough, and a rank before it makes no difference.
"""

import re
from collections.abc import Collection

from states.persons.comparing import LIKELY, WORTH_A_LOOK, likeness
from states.persons.names import NAME_SOUND, joined, sound, tokens, words

#: what people at a university call each other by, besides the titles that are never part of a name
RANKS = frozenset(re.findall(r"\w+", "dean officer chief sergeant president coach provost madam captain"))

#: words of a text that are read together as one name
_LONGEST = 4


def may_name(said: str, own: str) -> bool:
    """Whether a name that somebody wrote may be a member's.

    Args:
        said: as it was written, in any order, spelling or script; one word may be a family name alone.
        own: the member's own.
    """
    for name in {said, without_rank(said)}:
        parts = joined(words(name))
        compared = [own] if len(parts) > 1 else [own, *family_names(own)]
        found = (likeness(name, other) for other in compared)
        if any(each is not None and each.score >= WORTH_A_LOOK for each in found):
            return True
    return False


def without_rank(name: str) -> str:
    """A name without the ranks that it is written with, unless there is nothing else."""
    kept = [each for each in name.split() if not RANKS.intersection(words(each))]
    return " ".join(kept) or name


def family_names(name: str) -> tuple[str, ...]:
    """What may be written for a name alone: its last word, with its particles and without."""
    first, comma, _ = name.partition(",")
    parts = words(first if comma else name)
    if len(parts) < 2 and not comma:  # noqa: PLR2004 - a first name and a last one
        return parts
    whole = "".join(words(name.rsplit(maxsplit=1)[-1])) if not comma else "".join(parts)
    return tuple(dict.fromkeys((whole, joined(parts)[-1], parts[-1])))


def said_tokens(name: str) -> frozenset[tuple[str, str]]:
    """What members are looked for by, for a name that somebody wrote: (kind, text) each, in clear."""
    found: set[tuple[str, str]] = set()
    for each in {name, without_rank(name)}:
        alone = len(joined(words(each))) == 1
        found |= {entry for entry in tokens(each) if alone or entry[0] != NAME_SOUND}
    return frozenset(found)


def own_tokens(name: str) -> frozenset[tuple[str, str]]:
    """What a member's entry holds of a name, in clear: whatever :func:`may_name` finds shares one with it."""
    return tokens(name).union(*(tokens(each) for each in family_names(name)))


def mentions(text: str, names: Collection[str]) -> bool:
    """Whether a text names somebody, by first name or initial and family name.

    Args:
        text: anything people wrote.
        names: the names that they go by.
    """
    pieces = text.split()
    heard = [{sound(word) for word in words(piece)} for piece in pieces]
    for name in names:
        sounds = {sound(word) for word in words(name)}
        for place, first in enumerate(heard):
            if sounds.isdisjoint(first):
                continue
            for start in range(max(0, place - _LONGEST + 1), place + 1):
                for end in range(place + 1, min(len(pieces), start + _LONGEST) + 1):
                    run = " ".join(pieces[start:end])
                    found = likeness(run, name) if len(words(run)) > 1 else None
                    if found is not None and found.score >= LIKELY:
                        return True
    return False
