"""Passkeys (WebAuthn): what a phone, a computer or a security key signs in with, here and nowhere else.

Each wants its owner's finger, face or PIN as well, so that it is both factors at once. Its owner names it,
and adds and takes away as many as they like.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from states.access import Act, Actor, permit
from states.casebook.accounts import challenges
from states.casebook.accounts.rows import PASSKEY_ROWS, held, owe_news, tell
from states.casebook.accounts.sessions import Visitor
from states.casebook.book import Casebook
from states.casebook.team.letting_out import end_rows
from states.casebook.team_rows import add_row
from states.contents.kept import PASSKEYS
from states.contents.team import PasskeyContent
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.ledger import coverage
from states.tables import Passkey, stored
from states.vault import TEAM_SCOPE
from states.vocabulary.people import AccountChange

#: passkeys that an account has at most
MOST = 20

#: what a challenge is for
_ADDING, _SHOWING = "passkey added", "passkey shown"

#: what is said whatever did not fit
NOT_FITTING = (
    "That passkey did not fit, and nothing was done. Try again, or use your password and the code that your "
    "phone shows."
)

#: what malformed answers make the library raise, besides its own
_MALFORMED = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError)


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys are good for.

    Args:
        host: the host's name.
        origin: its scheme, name and port, as browsers say it.
    """

    host: str
    origin: str

    @classmethod
    def of(cls, base_url: str) -> "Place":
        """The place of an installation, by the address at which people open it."""
        parts = urlsplit(base_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """One passkey of one's own."""

    id: str
    name: str
    made_at: datetime
    used_at: datetime | None


def mine(book: Casebook, *, by: Actor) -> list[PasskeyLine]:
    """One's own passkeys, oldest first."""
    permit(by, Act.SIGN_IN)
    with book.store.read() as connection:
        key = book.key(connection, TEAM_SCOPE)
        rows = _theirs(connection, by.id)
    return [
        PasskeyLine(row.id, PASSKEYS.open(key, row).name, row.made_at, row.used_at)
        for row in sorted(rows, key=lambda row: (row.made_at, row.id))
    ]


def ask_new(book: Casebook, whom: str, place: Place, *, by: Visitor) -> str:
    """What a browser is asked that is to make a passkey, as JSON.

    Args:
        book: the casebook.
        whom: the session's secret.
        place: where it is to be good for.
        by: whose it will be.
    """
    by.must_be_fresh(book.clock())
    with book.store.read() as connection:
        key = book.key(connection, TEAM_SCOPE)
        there = [PASSKEYS.open(key, row).credential for row in _theirs(connection, by.actor.id)]
    return options_to_json(
        generate_registration_options(
            rp_id=place.host,
            rp_name=book.pack.institution,
            # It tells nobody who it is, and stays the same.
            user_id=bytes.fromhex(book.vault.blind("passkey owner", by.actor.id)),
            user_name=by.actor.id,
            user_display_name=by.name,
            challenge=challenges.ask(book, _ADDING, whom),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes.fromhex(each)) for each in there],
        )
    )


def add(book: Casebook, answer: str, name: str, whom: str, place: Place, *, by: Visitor) -> None:
    """Add a passkey that a browser made.

    Args:
        book: the casebook.
        answer: what it brings back, as JSON.
        name: what its owner calls it.
        whom: the session's secret.
        place: where it is to be good for.
        by: whose it is: they showed the second factor a moment ago.

    Raises:
        NotPermitted: it answers nothing that we asked, or is no passkey for here.
        BadInput: there are too many, or it has no name.
    """
    by.must_be_fresh(book.clock())
    try:
        credential = parse_registration_credential_json(answer)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except _MALFORMED:
        raise NotPermitted(NOT_FITTING) from None
    says = PasskeyContent(
        name=name.strip() or "Passkey",
        credential=made.credential_id.hex(),
        public_key=made.credential_public_key.hex(),
        transports=tuple(each.value for each in credential.response.transports or ()),
    )
    with book.store.write() as connection:
        key = book.lock_team(connection)
        challenges.answered(book, connection, challenge, _ADDING, whom)
        if held(book, connection, by.actor.id) is None:
            raise NotPermitted(NOT_FITTING)
        if len(_theirs(connection, by.actor.id)) >= MOST:
            raise BadInput(f"An account has {MOST} passkeys at most. Nothing was written: remove one first.")
        handle = _handle(book, made.credential_id)
        if connection.scalar(select(PASSKEY_ROWS.c.id).where(PASSKEY_ROWS.c.handle == handle)) is not None:
            raise NotPermitted(NOT_FITTING)
        row = Passkey(account=by.actor.id, handle=handle, made_at=book.clock(), count=made.sign_count)
        told = add_row(connection, row, key, says)
        tell(book, connection, told, member=by.actor.id, what="passkey_added")
        owe_news(book, connection, by.actor.id, AccountChange.PASSKEY_ADDED)


def remove(book: Casebook, passkey: str, *, by: Visitor) -> None:
    """Take a passkey of one's own away: it signs nobody in any more.

    Raises:
        UnknownRecord: there is no such passkey of theirs.
    """
    by.must_be_fresh(book.clock())
    with book.store.write() as connection:
        book.lock_team(connection)
        if passkey not in {row.id for row in _theirs(connection, by.actor.id)}:
            raise UnknownRecord("There is no such passkey of yours. Nothing was written.")
        told = _removed(book, connection, passkey)
        tell(book, connection, told, member=by.actor.id, what="passkey_removed")
        owe_news(book, connection, by.actor.id, AccountChange.PASSKEY_REMOVED)


def ask_shown(book: Casebook, whom: str, place: Place) -> str:
    """What a browser is asked that is to show a passkey, as JSON: it chooses among those that it has.

    Args:
        book: the casebook.
        whom: a secret of the browser.
        place: where it is to be good for.
    """
    return options_to_json(
        generate_authentication_options(
            rp_id=place.host,
            challenge=challenges.ask(book, _SHOWING, whom),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def shown(
    book: Casebook, connection: Connection, answer: str, whom: str, place: Place
) -> tuple[Passkey, dict[str, str]] | None:
    """Whose passkey a browser shows, and what the team's chain is to tell; None: it is removed, as a copy.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        answer: what the browser brings, as JSON.
        whom: the secret of the browser that was asked.
        place: where passkeys are good for.

    Raises:
        NotPermitted: it does not fit.
    """
    try:
        credential = parse_authentication_credential_json(answer)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    except _MALFORMED:
        raise NotPermitted(NOT_FITTING) from None
    challenges.answered(book, connection, challenge, _SHOWING, whom)
    ours = (PASSKEY_ROWS.c.handle == _handle(book, credential.raw_id)) & PASSKEY_ROWS.c.removed_at.is_(None)
    row = connection.execute(select(PASSKEY_ROWS).where(ours).with_for_update()).first()
    if row is None or held(book, connection, row.account) is None:
        raise NotPermitted(NOT_FITTING)
    passkey = stored(Passkey, row)
    key = PASSKEYS.open(book.key(connection, TEAM_SCOPE), passkey).public_key
    try:
        signed = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=bytes.fromhex(key),
            # Looked at below, once it is known that the passkey itself signed it: nobody else takes it away.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _MALFORMED:
        raise NotPermitted(NOT_FITTING) from None
    if _is_copied(passkey, signed):
        told = _removed(book, connection, passkey.id)
        tell(book, connection, told, member=passkey.account, what="passkey_copied")
        owe_news(book, connection, passkey.account, AccountChange.PASSKEY_COPIED)
        return None
    values = {"count": signed.new_sign_count, "used_at": book.clock()}
    connection.execute(update(PASSKEY_ROWS).where(PASSKEY_ROWS.c.id == passkey.id).values(**values))
    return passkey, coverage.of(PASSKEY_ROWS.name).changed(passkey.id, values)


def _is_copied(passkey: Passkey, signed: VerifiedAuthentication) -> bool:
    """Whether another one signs with the same key: it counts less than was counted (WebAuthn 3, 6.1.1)."""
    return (passkey.count > 0 or signed.new_sign_count > 0) and signed.new_sign_count <= passkey.count


def _removed(book: Casebook, connection: Connection, passkey: str) -> dict[str, str]:
    return end_rows(connection, PASSKEY_ROWS, PASSKEY_ROWS.c.id == passkey, "removed_at", book.clock())


def _theirs(connection: Connection, account: str) -> list[Passkey]:
    open_ = (PASSKEY_ROWS.c.account == account) & PASSKEY_ROWS.c.removed_at.is_(None)
    return [stored(Passkey, row) for row in connection.execute(select(PASSKEY_ROWS).where(open_))]


def _handle(book: Casebook, credential: bytes) -> str:
    return book.vault.blind("passkey", credential.hex())
