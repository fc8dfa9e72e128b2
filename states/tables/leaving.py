"""What leaves a case and what stays: disclosures, what they rest on, requests that were refused, releases."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from states.tables.cases import CaseRow
from states.tables.columns import codes, moment, sealed


class Disclosure(CaseRow, table=True):
    """What left the team: to whom, for what, on which basis (34 CFR 99.32)."""

    __tablename__ = "disclosures"
    #: what kind of recipient, and which one: an office, a site or a source
    recipient_kind: str
    recipient: str
    purpose: str
    basis: str
    what: list[str] = codes()
    #: the record that left or that caused it: a query, a referral, a notice, an alarm
    about: str = Field(default="", index=True)
    #: the office that released it, where only one may
    through: str = ""
    #: the emergency determination it rests on (W-35)
    determination_id: str | None = Field(default=None, foreign_key="determinations.id")
    #: the consent it rests on (34 CFR 99.30)
    consent_id: str | None = Field(default=None, foreign_key="consents.id")
    #: clause of the rule that allowed it
    clause: str


class Determination(CaseRow, table=True):
    """That a named official determined a health or safety emergency (W-35; 34 CFR 99.36)."""

    __tablename__ = "determinations"
    official: str
    office: str
    content: bytes = sealed()


class Consent(CaseRow, table=True):
    """That somebody consented to a disclosure: a document, or a note of who gave it, when, for what, to whom.

    34 CFR 99.30: signed and dated; it names the records, the purpose, and the party they go to.
    """

    __tablename__ = "consents"
    recipient_kind: str
    recipient: str
    purpose: str
    what: list[str] = codes()
    given_at: datetime = moment()
    valid_until: datetime | None = moment(nullable=True)
    revoked_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class DisclosureRequest(CaseRow, table=True):
    """A request that the gate refused: who asked, for what, and why it stayed (34 CFR 99.32(a)(1))."""

    __tablename__ = "disclosure_requests"
    recipient_kind: str
    recipient: str
    purpose: str
    basis: str
    what: list[str] = codes()
    #: the record that was to leave or that caused it
    about: str = Field(default="", index=True)
    #: what was missing, from a closed list
    lacking: list[str] = codes()
    content: bytes = sealed()


class Release(CaseRow, table=True):
    """A text that is to be told outside; the offices that it needs agree before it is (W-37, W-38, P-05)."""

    __tablename__ = "releases"
    __table_args__ = (
        Index(
            "ix_releases_drafted",
            "at",
            "id",
            sqlite_where=text("status = 'drafted'"),
            postgresql_where=text("status = 'drafted'"),
        ),
    )
    recipient_kind: str
    recipient: str
    purpose: str
    basis: str
    what: list[str] = codes()
    #: the office that releases it, where only one may
    through: str = ""
    #: codes of the offices that have to agree
    needs: list[str] = codes()
    status: str
    told_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class ReleaseDecision(CaseRow, table=True):
    """What one named person of an office said of a text that is to be released."""

    __tablename__ = "release_decisions"
    release_id: str = Field(foreign_key="releases.id", index=True)
    office: str
    agreed: bool
    content: bytes = sealed()


class PrivacyTalk(CaseRow, table=True):
    """That somebody talked with a reporter before their privacy was given up (W-40, W-58)."""

    __tablename__ = "privacy_talks"
    report_id: str = Field(foreign_key="reports.id", index=True)
    talked_at: datetime = moment()
    #: when the privacy was lifted on the strength of it
    lifted_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()
