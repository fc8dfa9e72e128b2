"""Names as people write them: taken apart, romanized, and turned into what an index may hold of them.

A name's order, punctuation, accents and script are no part of who somebody is: `Smith, Robert` and
`SMITH Robert` are the same words. What the index holds of a name is a trade-off that ``docs/persons.md``
explains: enough to find the likely, keyed, and nothing that can be read.
"""

import re
import unicodedata
from functools import cache

from anyascii import anyascii
from jellyfish import metaphone
from nicknames import NickNamer

#: kinds of the blind index over a name: the whole of it; an initial with the sound of another word; one sound
NAME, NAME_PAIR, NAME_SOUND = "name", "name_pair", "name_sound"

#: the kind of the blind index over one word as it is spelled, and as it is with a letter left out
NAME_SLIP = "name_slip"

#: letters that a word has at least before one that differs may be a slip
LONG_ENOUGH = 5

#: letters of a word, from its beginning, in which a slip is looked for
_SLIPS_WITHIN = 7

#: words of one name that are looked at; nobody is found better by a ninth
MOST_WORDS = 8

#: words that are written before a name, or after it, and are no part of it
_TITLES = frozenset(re.findall(r"\w+", "mr mrs ms mx miss dr prof professor sir jr sr ii iii iv phd md esq"))

#: words that some write together with the one that follows, and some apart
_PARTICLES = frozenset(
    re.findall(
        r"\w+",
        "o d mc mac van von der den de del della la las los le du di da das dos do "
        "al el ul bin ibn ben abu abd st san",
    )
)

#: what romanizing makes of every kind of apostrophe, and of letters that are one: many leave them out
_INSIDE = re.compile("['`]")

#: vowel signs of Arabic and Hebrew, and the stroke that stretches a word: most people write none
_UNWRITTEN = re.compile("[\u0591-\u05c7\u0640\u064b-\u065f\u0670]")

_WORD = re.compile("[a-z0-9]+")


def words(name: str) -> tuple[str, ...]:
    """The words of a name in the Latin alphabet, lower case, without accents, titles and punctuation.

    Chinese, Korean and Japanese characters are a word each, as their names are written without spaces.
    """
    romanized = _INSIDE.sub("", name if name.isascii() else _romanized(name)).casefold()
    found = [word for word in _WORD.findall(romanized) if word not in _TITLES]
    return tuple(found[:MOST_WORDS])


def _romanized(name: str) -> str:
    composed = _UNWRITTEN.sub("", unicodedata.normalize("NFC", name))
    return anyascii("".join(f" {each} " if _is_syllable(each) else each for each in composed))


def joined(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words with each particle joined to the one that follows: `van der berg` is `vanderberg`."""
    result, waiting = [], ""
    for place, part in enumerate(parts):
        waiting += part
        if part not in _PARTICLES or place == len(parts) - 1:
            result.append(waiting)
            waiting = ""
    return tuple(result)


def is_latin(name: str) -> bool:
    """Whether every letter of a name is of the Latin alphabet."""
    return name.isascii() or all(
        unicodedata.name(letter, "").startswith("LATIN") for letter in name if letter.isalpha()
    )


def _is_syllable(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY", "HANGUL SYLLABLE"))


@cache
def _nicknames() -> NickNamer:
    return NickNamer()


def called(word: str) -> frozenset[str]:
    """The names that this one is short for, and those it is shortened to."""
    return fuller(word) | frozenset(_nicknames().nicknames_of(word))


def fuller(word: str) -> frozenset[str]:
    """The names that this one is short for, or often stands for."""
    return frozenset(_nicknames().canonicals_of(word))


def sound(word: str) -> str:
    """What a word sounds like (Metaphone), but for a vowel at its start: scripts differ in writing it."""
    code = metaphone(word)
    return code.lstrip("AEIOU") or code or word


def tokens(name: str) -> frozenset[tuple[str, str]]:
    """What the index holds of a name, in clear: (kind, text) each, to be keyed before anybody keeps it."""
    parts = words(name)
    if not parts:
        return frozenset()
    found = {(NAME, " ".join(sorted(parts)))}
    for each in {parts, joined(parts)}:
        found |= {(NAME_SOUND, sound(word)) for word in each}
        found |= {
            (NAME_PAIR, f"{initial} {sound(other)}")
            for place, word in enumerate(each)
            for initial in _initials(word)
            for beside, other in enumerate(each)
            if beside != place
        }
    return frozenset(found)


def slips(name: str) -> frozenset[tuple[str, str]]:
    """What the index holds of a name's spelling, in clear: two words share one where one slip parts them.

    A slip is a letter too many, one too few, another one, or two in each other's place (optimal string
    alignment of one): of any two such words, one letter left out of each, or of one, makes them the same.
    """
    parts = words(name)
    every = {word[:_SLIPS_WITHIN] for word in (*parts, *joined(parts)) if len(word) >= LONG_ENOUGH - 1}
    left_out = {
        word[:place] + word[place + 1 :]
        for word in every
        if len(word) >= LONG_ENOUGH
        for place in range(len(word))
    }
    return frozenset((NAME_SLIP, each) for each in every | left_out)


def _initials(word: str) -> frozenset[str]:
    """The letters that somebody called so may be written with, and the sound that the word begins with."""
    letters = {each[0] for each in (word, *fuller(word)) if each}
    return frozenset(letters | {metaphone(word)[:1].casefold() or word[0]})
