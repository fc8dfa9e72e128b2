"""On which legal bases the holders of each kind of records may be asked."""

from states.vocabulary.sources import LegalBasis, SourceKind

_EDUCATION = frozenset({LegalBasis.SCHOOL_OFFICIAL, LegalBasis.HEALTH_OR_SAFETY, LegalBasis.CONSENT})
_EMPLOYMENT = frozenset({LegalBasis.EMPLOYMENT, LegalBasis.CONSENT})
_POLICE = frozenset({LegalBasis.PARTNER_AGREEMENT, LegalBasis.CONSENT})


class _Accepts(dict[SourceKind, frozenset[LegalBasis]]):
    """Of a kind of the institution's own the policy pack alone says on which bases it is asked."""

    def __missing__(self, kind: SourceKind) -> frozenset[LegalBasis]:
        return frozenset(LegalBasis)


#: an education record, an employment record and a police record each have a law of their own
ACCEPTS = _Accepts(
    {
        SourceKind.REGISTRAR: _EDUCATION,
        SourceKind.HUMAN_RESOURCES: _EMPLOYMENT,
        SourceKind.PAST_CONTACTS: _POLICE,
        SourceKind.SOCIAL_MEDIA: _POLICE,
        SourceKind.WEAPONS_REGISTRATION: _POLICE,
        SourceKind.COURT_REGISTRANTS: _POLICE,
        SourceKind.PROTECTIVE_ORDERS: _POLICE,
        # A directory holds students and employees alike.
        SourceKind.DIRECTORY: _EDUCATION | _EMPLOYMENT,
    }
)

#: of whom there is one record in each of these: of two, nobody but a person can tell which one is meant
ONE_RECORD = frozenset({SourceKind.REGISTRAR, SourceKind.HUMAN_RESOURCES, SourceKind.DIRECTORY})
