"""On which legal bases the holders of each kind of record may usually be asked; a table may say less."""

from collections.abc import Iterable

from states.vocabulary import LegalBasis, SourceKind

#: what the institution's own record holders accept
_SCHOOL = frozenset({LegalBasis.SCHOOL_OFFICIAL, LegalBasis.HEALTH_OR_SAFETY, LegalBasis.CONSENT})

#: what law enforcement accepts
_PARTNER = frozenset({LegalBasis.PARTNER_AGREEMENT, LegalBasis.CONSENT})

USUAL: dict[SourceKind, frozenset[LegalBasis]] = {
    SourceKind.REGISTRAR: _SCHOOL,
    SourceKind.HUMAN_RESOURCES: frozenset({LegalBasis.EMPLOYMENT, LegalBasis.CONSENT}),
    SourceKind.DIRECTORY: _SCHOOL | {LegalBasis.EMPLOYMENT},
    SourceKind.PAST_CONTACTS: _PARTNER,
    SourceKind.SOCIAL_MEDIA: _PARTNER,
    SourceKind.WEAPONS_REGISTRATION: _PARTNER,
    SourceKind.COURT_REGISTRANTS: _PARTNER,
    SourceKind.PROTECTIVE_ORDERS: _PARTNER,
}


def usual(kinds: Iterable[SourceKind]) -> frozenset[LegalBasis]:
    """The bases on which every one of these kinds of record may usually be asked for.

    Args:
        kinds: what a source answers about; at least one.
    """
    return frozenset.intersection(*(USUAL[kind] for kind in kinds))
