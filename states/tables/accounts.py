"""How members and programs come into the console: accounts and sessions, tokens and what they were told."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from states.tables.columns import codes, moment, new_id, sealed


class Account(SQLModel, table=True):
    """A member's account: password and second factor are sealed, the link that sets them up is not kept."""

    __tablename__ = "accounts"
    #: the member's id
    id: str = Field(foreign_key="members.id", primary_key=True)
    made_at: datetime = moment()
    #: blind index of the secret in the link that sets it up, and until when that works; empty: there is none
    link: str = Field(default="", index=True)
    link_until: datetime | None = moment(nullable=True)
    #: how often in a row somebody could not say the password or the code, and until when nobody may try
    failures: int = 0
    locked_until: datetime | None = moment(nullable=True)
    #: the newest time step whose code was taken (RFC 6238, 5.2): none is taken twice
    step: int = 0
    #: blind index of who its owner is at the institution's provider; empty: they do not sign in there
    subject: str = Field(default="", index=True)
    content: bytes = sealed()


class Passkey(SQLModel, table=True):
    """A passkey of an account (WebAuthn): its name, id and public key are sealed."""

    __tablename__ = "passkeys"
    id: str = Field(default_factory=new_id, primary_key=True)
    account: str = Field(foreign_key="accounts.id", index=True)
    #: blind index of its own id, which a browser shows
    handle: str = Field(index=True)
    made_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)
    removed_at: datetime | None = moment(nullable=True)
    #: how often it signed, as it says itself; 0: it does not count
    count: int = 0
    content: bytes = sealed()


class KnownBrowser(SQLModel, table=True):
    """A browser in which somebody signed in before: what strangers try elsewhere keeps nobody out of it."""

    __tablename__ = "known_browsers"
    id: str = Field(default_factory=new_id, primary_key=True)
    account: str = Field(foreign_key="accounts.id", index=True)
    #: blind index of the secret that the browser keeps, of this row and this account
    token: str
    made_at: datetime = moment()
    #: how often in a row somebody failed in it, and until when nobody may try in it
    failures: int = 0
    locked_until: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)


class Session(SQLModel, table=True):
    """Somebody who is signed in, or has said the password and not yet the code."""

    __tablename__ = "sessions"
    id: str = Field(default_factory=new_id, primary_key=True)
    account: str = Field(foreign_key="accounts.id", index=True)
    #: blind index of the secret that the browser keeps, of this session and this account
    token: str
    #: how somebody signed in, and in which kind of browser; empty: that was not kept yet
    way: str = ""
    device: str = ""
    begun_at: datetime = moment()
    #: when the second factor was last shown; None: it was not yet, and nothing is open but the page that asks
    proved_at: datetime | None = moment(nullable=True)
    seen_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)


class Token(SQLModel, table=True):
    """What a program comes in with: as a member who gave it to it, or as a system that reports."""

    __tablename__ = "tokens"
    id: str = Field(default_factory=new_id, primary_key=True)
    #: in whose place it acts; None: it is a system's
    member: str | None = Field(default=None, foreign_key="members.id", index=True)
    #: what the program is called, as a code
    name: str
    #: blind index of the secret, with all that is written once here
    token: str
    scopes: list[str] = codes()
    made_by: str
    made_at: datetime = moment()
    ends_at: datetime = moment()
    seen_at: datetime | None = moment(nullable=True)
    revoked_at: datetime | None = moment(nullable=True)


class KeptAnswer(SQLModel, table=True):
    """What a call of a program was answered, for whoever sends it again under the same key."""

    __tablename__ = "kept_answers"
    #: blind index of the token and the key
    id: str = Field(primary_key=True)
    #: blind index of what was asked
    asked: str
    begun_at: datetime = moment(index=True)
    #: whether something was written for it by now
    written: bool = False
    #: the status that it was answered with; 0: it is not answered yet
    status: int = 0
    #: whose key seals the answer: the case's, or the team's; empty: it is not kept
    scope: str = ""
    content: bytes = sealed()
