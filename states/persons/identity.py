"""What is known of somebody, from one record, in the form that two people are compared in."""

from dataclasses import dataclass
from typing import Self

from states.contents.reports import SubjectContent
from states.persons.comparing import LIKELY, WORTH_A_LOOK, Likeness, likeness
from states.persons.identifiers import CERTAIN, PERSONAL, alike
from states.persons.names import slips, tokens
from states.persons.places import PLACE_WORD, nearness, place_words
from states.vocabulary.people import IdentifierKind, MatchReason

#: what an identifier that two people share says, and how much: a car, a phone and an account may be another's
_SAME: dict[IdentifierKind, tuple[MatchReason, float]] = {
    IdentifierKind.CAMPUS_ID: (MatchReason.SAME_CAMPUS_ID, 1.0),
    IdentifierKind.EMPLOYEE_ID: (MatchReason.SAME_EMPLOYEE_ID, 1.0),
    IdentifierKind.EMAIL: (MatchReason.SAME_EMAIL, 0.95),
    IdentifierKind.SOCIAL_HANDLE: (MatchReason.SAME_SOCIAL_HANDLE, 0.92),
    IdentifierKind.PHONE: (MatchReason.SAME_PHONE, 0.9),
    IdentifierKind.LICENSE_PLATE: (MatchReason.SAME_LICENSE_PLATE, 0.9),
}

#: what is left of a likeness in names when identifiers say that they are two people, and the other way round
_CONTRADICTED = 0.75

#: another site takes a little off, so that the same one comes first
_ELSEWHERE = 0.02

#: what one place says at most: less than what makes two cases worth a look; and how alike it is at least
_SAME_PLACE, _ALIKE = 0.6, 0.6


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of somebody, from one record.

    Args:
        names: every name, as written.
        identifiers: (kind, value) of each identifier that a person is found by, as :func:`alike` writes it.
        sites: codes of the sites where they are known.
        places: where they live, work, or did something, as written.
    """

    names: tuple[str, ...]
    identifiers: frozenset[tuple[IdentifierKind, str]]
    sites: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()

    @classmethod
    def of(cls, content: SubjectContent) -> Self:
        """The identity that a subject's content gives."""
        given = [
            *content.identifiers.items(),
            *((each.kind, each.value) for each in content.further_identifiers),
        ]
        return cls(
            names=tuple(name for name in (content.name, *content.also_known_as) if name),
            identifiers=frozenset(
                (kind, alike(kind, value)) for kind, value in given if kind in PERSONAL and value
            ),
            sites=frozenset(filter(None, (content.site, *content.further_sites))),
            places=tuple(value for kind, value in given if kind is IdentifierKind.PLACE and value),
        )

    @property
    def certain(self) -> frozenset[tuple[IdentifierKind, str]]:
        """The identifiers that name one person for certain."""
        return frozenset(each for each in self.identifiers if each[0] in CERTAIN)

    def entries(self) -> frozenset[tuple[str, str]]:
        """What an index holds of the identity, in clear: (kind, text) each, to be keyed before it is kept."""
        found = {(kind.value, value) for kind, value in self.identifiers}
        found |= {(PLACE_WORD, word) for place in self.places for word in place_words(place)}
        return frozenset(found.union(*(tokens(name) | slips(name) for name in self.names)))


def agrees(decided: Identity, said: Identity) -> bool:
    """Whether what somebody said may be of the person decided upon: name and certain identifiers fit."""
    if _apart(decided, said):
        return False
    if not decided.names or not said.names:
        return True
    return any(likeness(one, other) is not None for one in decided.names for other in said.names)


def match(one: Identity, other: Identity) -> Likeness | None:
    """How much speaks for two records being of one person, and what; None: nothing does."""
    shared = {_SAME[kind] for kind, _ in one.identifiers & other.identifiers}
    reasons = {reason for reason, _ in shared}
    by_identifier = max((score for _, score in shared), default=0.0)
    named = [found for a in one.names for b in other.names if (found := likeness(a, b)) is not None]
    by_name = max(named, key=lambda each: (each.score, sorted(each.reasons)), default=None)
    if by_name is None and not shared:
        return _by_place(one, other)
    score = max(by_identifier, by_name.score if by_name else 0.0)
    if by_name:
        reasons |= by_name.reasons
    elif one.names and other.names:
        # They share a car or a number, and go by different names.
        score *= _CONTRADICTED if by_identifier < LIKELY else 1.0
    if _apart(one, other):
        score *= _CONTRADICTED
        reasons.add(MatchReason.OTHER_IDENTIFIER)
    if one.sites and other.sites and one.sites.isdisjoint(other.sites):
        score -= _ELSEWHERE
        reasons.add(MatchReason.OTHER_SITE)
    return Likeness(round(score, 4), frozenset(reasons))


def _by_place(one: Identity, other: Identity) -> Likeness | None:
    near = max((nearness(a, b) for a in one.places for b in other.places), default=0.0)
    if near < _ALIKE:
        return None
    return Likeness(round(_SAME_PLACE * near, 4), frozenset({MatchReason.SAME_PLACE}))


def worth_a_look(found: Likeness) -> bool:
    """Whether somebody should be asked about it."""
    return found.score >= WORTH_A_LOOK


def _apart(one: Identity, other: Identity) -> bool:
    """Whether certain identifiers of one kind differ, and none is the same."""
    if one.certain & other.certain:
        return False
    return not {kind for kind, _ in one.certain}.isdisjoint(kind for kind, _ in other.certain)
