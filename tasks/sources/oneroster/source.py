"""A source that asks a registrar's OneRoster service (1EdTech OneRoster 1.1 or 1.2, Rostering, REST).

::

    [registrar]
    use = "oneroster"
    version = "1.2"                                # or "1.1"
    url = "https://sis.example.edu"                # what stands before /ims/oneroster/…; with it is as well
    token_url = "https://sis.example.edu/token"    # OAuth 2.0, client credentials; or another way in:
    client_id = "tatflow"                          #   tasks/far/credentials.py shows all of them
    client_secret = { env = "REGISTRAR_SECRET" }   # or { block = "name-of-a-prefect-secret" }
    scope = "…"                                    # may be left out: the least that the rest needs; "": none
    guardians = false                              # may be left out: whether guardians are asked for
    demographics = false                           # may be left out: whether birth date and sex are asked for

    [registrar.identifiers]                        # may be left out: these two
    campus_id = "identifier"                       # or sourcedId, username, userMasterIdentifier (1.2 only)
    email = "email"

It tells the person's roles and schools; the classes that they are in now or will be, each with when it
meets (in the school's periods: OneRoster knows no clock times) and where; and how many enrollments there were
before. It asks for the fields that it tells, and for no others; a service that does not let one choose them
sends whole records, of which the rest is dropped unread. Of two people with one identifier it tells neither.

Where the service does not let enrollments be asked for by person, their classes are asked for by the person's
own routes. What cannot be had then is said: the answer is *found* without it.
"""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.far import wire
from tasks.far.credentials import Credentials
from tasks.sources.bases import ACCEPTS
from tasks.sources.contract import Found, Needs, NotFound, Provenance, Reply, Unavailable
from tasks.sources.oneroster.finding import find
from tasks.sources.oneroster.records import SUBJECT_FIELDS, Version
from tasks.sources.oneroster.service import Service
from tasks.sources.oneroster.telling import Telling

#: where each version's collections lie
PATHS: dict[Version, str] = {"1.1": "/ims/oneroster/v1p1", "1.2": "/ims/oneroster/rostering/v1p2"}

#: what each version's scopes begin with
SCOPES: dict[Version, str] = {
    "1.1": "https://purl.imsglobal.org/spec/or/v1p1/scope/",
    "1.2": "https://purl.imsglobal.org/spec/or/v1p2/scope/",
}


class _Table(Credentials):
    """The source's table in the sources file."""

    version: Version
    url: wire.Address
    guardians: bool = False
    demographics: bool = False
    identifiers: dict[
        Literal[IdentifierKind.CAMPUS_ID, IdentifierKind.EMAIL],
        Literal["sourcedId", "identifier", "username", "email", "userMasterIdentifier"],
    ] = Field(default={IdentifierKind.CAMPUS_ID: "identifier", IdentifierKind.EMAIL: "email"}, min_length=1)

    @model_validator(mode="after")
    def _known_to_the_version(self) -> Self:
        if "/ims/oneroster" in self.url.removesuffix(PATHS[self.version]):
            raise ValueError("url must end before /ims/oneroster, or with the path of its version")
        if self.version == "1.1" and "userMasterIdentifier" in self.identifiers.values():
            raise ValueError("OneRoster 1.1 has no userMasterIdentifier")
        return self

    @property
    def base(self) -> str:
        """What its collections lie under."""
        return self.url.removesuffix(PATHS[self.version]) + PATHS[self.version]

    @property
    def least_scope(self) -> str:
        """The scope to ask for where the table does not say."""
        names = ["roster-core.readonly"] + (["roster-demographics.readonly"] if self.demographics else [])
        return " ".join(SCOPES[self.version] + name for name in names)


class OneRosterSource:
    """Answers from a registrar's OneRoster service (W-17, U-03).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    kinds = frozenset({SourceKind.REGISTRAR})
    accepts: Mapping[SourceKind, frozenset[LegalBasis]] = {
        SourceKind.REGISTRAR: ACCEPTS[SourceKind.REGISTRAR]
    }

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        in_order = tuple(kind for kind in IdentifierKind if kind in table.identifiers)
        self.needs: Mapping[SourceKind, Needs] = {SourceKind.REGISTRAR: Needs(one_of=in_order)}
        self._table = table
        self._right = table.right(table.least_scope)

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, _Table.model_validate(table))

    async def lookup(self, question: Question) -> Reply:
        """Ask the service about a person.

        Raises:
            StepFailed: it could not be asked.
        """
        provenance = Provenance(self.name)
        version = self._table.version
        kind, name = next(
            (kind, name) for kind, name in self._table.identifiers.items() if kind in question.identifiers
        )
        fields = [*SUBJECT_FIELDS[version]] + ["agents"] * self._table.guardians
        # A client for each look-up: it belongs to an event loop, and is closed before the look-up ends.
        async with wire.client(self._table) as over:
            service = Service(over, self._table.base, self._right)
            users = await find(service, name, question.identifiers[kind].strip(), fields)
            if not users:
                return NotFound(provenance)
            if len(users) > 1:
                return Unavailable("several_records", permanent=True)
            telling = Telling(service, users[0], version, question.now.date())
            told = [*await telling.person(), *await telling.classes()]
            told += await telling.guardians() if self._table.guardians else ()
            told += await telling.demographics() if self._table.demographics else ()
        return Found(tuple(told), provenance, telling.missing)
