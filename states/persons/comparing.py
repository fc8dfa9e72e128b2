"""How alike two names are, and why: what ranks the cases that an index has found.

Names alone never join anything: they suggest, and a person decides (W-47).
"""

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from states.persons.names import LONG_ENOUGH, called, fuller, is_latin, joined, sound, words
from states.vocabulary.people import MatchReason

#: from here on, two names are worth a person's look when a report comes in (0 to 1)
WORTH_A_LOOK = 0.7

#: from here on, they are most likely one name
LIKELY = 0.85

#: what each word that one name has more than the other costs, and what they cost at most
_MORE, _MOST = 0.04, 0.16

#: how alike two words are of which one may be a slip for the other, or another name
_DOUBTFUL = 0.68

#: the same of shorter words: no more than whoever searches is shown, behind everything else
_FAINT = 0.35


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are.

    Args:
        score: 0 (nothing in common) to 1 (the same).
        reasons: what makes them alike.
    """

    score: float
    reasons: frozenset[MatchReason]


def likeness(one: str, other: str) -> Likeness | None:
    """Compare two names, in any order, spelling or script; None: nothing says that they are one person's.

    Args:
        one: a name as somebody wrote it.
        other: another one; which of them comes first makes no difference.
    """
    one, other = sorted((one, other))
    mine, theirs = words(one), words(other)
    if not mine or not theirs:
        return None
    scripts = frozenset({is_latin(one), is_latin(other)})
    if mine == theirs:
        return Likeness(1.0, _because(MatchReason.SAME_NAME, scripts=scripts))
    if sorted(mine) == sorted(theirs):
        return Likeness(0.98, _because(MatchReason.OTHER_ORDER, scripts=scripts))
    if "".join(mine) == "".join(theirs):
        return Likeness(0.97, _because(MatchReason.CLOSE_SPELLING, scripts=scripts))
    ways = [(left, right) for left in {mine, joined(mine)} for right in {theirs, joined(theirs)}]
    found = [each for each in (_aligned(*way, scripts=scripts) for way in ways) if each is not None]
    return max(found, key=lambda each: (each.score, sorted(each.reasons)), default=None)


def _because(*reasons: MatchReason, scripts: frozenset[bool]) -> frozenset[MatchReason]:
    return frozenset(reasons) | ({MatchReason.OTHER_SCRIPT} if len(scripts) > 1 else frozenset())


def _aligned(mine: tuple[str, ...], theirs: tuple[str, ...], *, scripts: frozenset[bool]) -> Likeness | None:
    """Match each word of the shorter name with one of the longer, best first."""
    shorter, longer = sorted((mine, theirs), key=lambda each: (len(each), each))
    pairs = sorted(
        (
            (*_words_alike(short, long, scripts=scripts), place, beside)
            for place, short in enumerate(shorter)
            for beside, long in enumerate(longer)
        ),
        key=lambda pair: (-pair[0], pair[2:]),
    )
    taken: dict[int, tuple[float, MatchReason]] = {}
    used: set[int] = set()
    for score, reason, place, beside in pairs:
        if score and place not in taken and beside not in used:
            taken[place] = (score, reason)
            used.add(beside)
    if len(taken) < len(shorter) or all(reason is MatchReason.INITIAL for _, reason in taken.values()):
        return None
    score = sum(score for score, _ in taken.values()) / len(taken)
    reasons = {reason for _, reason in taken.values()} - {MatchReason.SAME_NAME}
    more = len(longer) - len(shorter)
    if more:
        # One word of several may be a first name or a last one, of many people.
        score = min(score, 0.5) if len(shorter) == 1 else score - min(_MORE * more, _MOST)
        reasons.add(MatchReason.PART_OF_NAME)
    elif len(shorter) == 1:
        score *= 0.8
    return Likeness(round(score, 4), _because(*reasons, scripts=scripts))


def _words_alike(one: str, other: str, *, scripts: frozenset[bool]) -> tuple[float, MatchReason]:
    """How alike two words are (0 to 1), and why."""
    if one == other:
        return 1.0, MatchReason.SAME_NAME
    if len(one) == 1 or len(other) == 1:
        starts = one[0] == other[0] or any(
            full.startswith(min(one, other, key=len)) for full in fuller(max(one, other, key=len))
        )
        return (0.65 if starts else 0.0), MatchReason.INITIAL
    if other in called(one) or one in called(other):
        return 0.92, MatchReason.NICKNAME
    if fuller(one) & fuller(other):
        return 0.8, MatchReason.NICKNAME
    if scripts == {True}:
        return _spelled_alike(one, other), MatchReason.CLOSE_SPELLING
    # Scripts that write no vowels leave nothing else to compare; within one, every letter counts.
    heard = len(scripts) > 1 and sound(one) == sound(other)
    return (0.85 if heard else 0.0), MatchReason.CLOSE_SPELLING


def _spelled_alike(one: str, other: str) -> float:
    near = OSA.normalized_similarity(one, other)
    shorter, longer = sorted((len(one), len(other)))
    long_enough = shorter >= LONG_ENOUGH
    code = sound(one)
    # The longer the sound, the less it is a chance.
    if code == sound(other) and near >= (0.5 if len(code) > 3 else 0.65):  # noqa: PLR2004 - consonants
        if not long_enough:
            return _DOUBTFUL
        return 0.92 if near >= 0.75 else 0.85  # noqa: PLR2004 - one letter in four
    if longer < LONG_ENOUGH or OSA.distance(one, other) != 1:
        return 0.0
    return _DOUBTFUL if long_enough else _FAINT
