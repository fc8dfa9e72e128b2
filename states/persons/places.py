"""Places as people write them: the words that one is found by, and how alike two are."""

import re

from rapidfuzz import fuzz

from states.persons.names import words

#: the kind of the blind index over one word of a place
PLACE_WORD = "place_word"

#: words that any place may be written with
_ANYWHERE = frozenset(re.findall(r"\w+", "a an and at by in near next of off on or the to"))

#: letters that a word has at least, if it is no number
_SHORTEST = 2


def place_words(place: str) -> frozenset[str]:
    """The words of a place that tell it from others, folded as those of names are."""
    return frozenset(
        word
        for word in words(place)
        if word not in _ANYWHERE and (len(word) >= _SHORTEST or word.isdecimal())
    )


def nearness(one: str, other: str) -> float:
    """How alike two places are written, 0 to 1, in any order; words that only one has count little."""
    mine, theirs = (" ".join(sorted(place_words(each))) for each in (one, other))
    return fuzz.token_set_ratio(mine, theirs) / 100 if mine and theirs else 0.0
