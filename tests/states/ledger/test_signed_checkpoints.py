"""Whoever writes the database and has the program, but not the master key, rewrites no history unseen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from states.access import SYSTEM
from states.casebook import Casebook, keys
from states.casebook.record import integrity
from states.errors import LedgerBroken, VaultLocked
from states.ledger import checkpoints, signing
from states.ledger.checkpoints import hash_of
from states.policy.pack import Pack
from states.settings import Settings
from states.store.engine import Store
from states.tables import Case, Checkpoint, TeamEvent, WrappedKey, table_of
from states.vault import FORMAT, TEAM_SCOPE, Vault, make_key_file
from tests.cases.walking import Walk
from tests.states.ledger.forging import Attacker
from tests.states.looking import case, rows, verified

CASES, CHECKPOINTS = table_of(Case), table_of(Checkpoint)
KEYS = table_of(WrappedKey)


def keep_signatures(attacker: Attacker) -> None:
    """Leave key and signature in their places."""
    before = iter([row.signature for row in attacker.connection.execute(select(CHECKPOINTS)).all()])
    attacker.reckon(lambda _own: next(before))


def sign_by_oneself(attacker: Attacker) -> None:
    """Sign everything with a key of one's own."""
    attacker.connection.execute(update(CHECKPOINTS).values(key=attacker.own.public_key))
    attacker.reckon(lambda own: signing.sign(attacker.own, own))


def hand_over(attacker: Attacker) -> None:
    """Sign everything with a key of one's own, which names the true one its successor in the end."""
    (true,) = set(attacker.connection.scalars(select(CHECKPOINTS.c.key)))
    last = attacker.connection.scalars(select(CHECKPOINTS.c.seq).order_by(CHECKPOINTS.c.seq.desc())).first()
    attacker.change(last or 0, successor=true)
    sign_by_oneself(attacker)


def from_before(attacker: Attacker) -> None:
    """Make it look like a casebook from before there were signatures."""
    attacker.connection.execute(update(CHECKPOINTS).values(key="", signature="", successor=""))
    attacker.reckon(lambda _own: "")


def with_an_old_key(attacker: Attacker) -> None:
    """The same, and say so in the team's wrapped key too."""
    from_before(attacker)
    mine = KEYS.c.scope == TEAM_SCOPE
    wrapped = bytes(attacker.connection.execute(select(KEYS.c.wrapped).where(mine)).scalar_one())
    attacker.connection.execute(update(KEYS).where(mine).values(wrapped=FORMAT + wrapped[1:]))


#: how somebody signs what they wrote anew, and what the verification says of it
FORGED: dict[str, tuple[Callable[[Attacker], None], str]] = {
    "with the signatures that were there": (keep_signatures, "Checkpoint 1 does not bear the signature"),
    "with a key of their own": (sign_by_oneself, "Checkpoint 2, the last, is not signed by this casebook's"),
    "with a key that hands over to the true one": (hand_over, "Checkpoint 2, the last, is not signed by"),
    "with no signature, as from before": (from_before, "The signed checkpoints were removed"),
}


@pytest.mark.parametrize("name", FORGED)
def test_the_whole_chain_recomputed_is_noticed(quick_book: Casebook, name: str) -> None:
    """Every hash fits every other, and still: it was not signed here; nor is anything signed on top of it."""
    walk = Walk(quick_book)
    number = walk.in_inquiry()
    integrity.checkpoint(quick_book, by=SYSTEM)
    walk.reported()
    integrity.checkpoint(quick_book, by=SYSTEM)
    verified(quick_book)
    forge, said = FORGED[name]
    with quick_book.store.write() as connection:
        attacker = Attacker(connection)
        attacker.rewrite(case(quick_book, number).id)
        forge(attacker)
    with pytest.raises(LedgerBroken, match=said):
        integrity.verify(quick_book, by=SYSTEM)
    walk.reported()
    with pytest.raises(LedgerBroken, match="signed"):
        integrity.checkpoint(quick_book, by=SYSTEM)
    assert len(rows(quick_book, Checkpoint)) == 2


def test_a_casebook_that_is_made_to_look_like_one_from_before_does_not_open(
    quick_book: Casebook, pack: Pack, master_key: bytes
) -> None:
    """That it is signed is bound into the team's key: without the master key nobody takes it back."""
    walk = Walk(quick_book)
    number = walk.in_inquiry()
    integrity.checkpoint(quick_book, by=SYSTEM)
    with quick_book.store.write() as connection:
        attacker = Attacker(connection)
        attacker.rewrite(case(quick_book, number).id)
        with_an_old_key(attacker)
    again = Casebook(Store(quick_book.store.url), Vault(master_key), pack)
    with again.store.read() as connection, pytest.raises(VaultLocked, match="does not fit this casebook"):
        keys.proved(connection, again.vault)
    again.close()


def checkpoint_of_before(book: Casebook) -> None:
    """Write a checkpoint as a release did that signed none."""
    with book.store.write() as connection:
        last = checkpoints.newest(connection)
        grown = connection.execute(select(CASES).where(CASES.c.seq != CASES.c.sealed_seq)).all()
        heads = sorted([row.id, row.seq, row.head] for row in grown)
        written = Checkpoint(seq=last.seq + 1 if last else 1, at=book.clock(), heads=heads, hash="")
        written.hash = hash_of(last.hash if last else "", written)
        connection.execute(insert(CHECKPOINTS), written.model_dump())
        connection.execute(update(CASES).values(sealed_seq=CASES.c.seq))


def test_a_casebook_from_before_is_taken_over_once(book: Casebook) -> None:
    """The first signed checkpoint vouches for those before it; from then on an unsigned one is none."""
    walk = Walk(book)
    walk.in_inquiry()
    checkpoint_of_before(book)
    walk.reported()
    checkpoint_of_before(book)
    verified(book)
    integrity.checkpoint(book, by=SYSTEM)
    walk.reported()
    integrity.checkpoint(book, by=SYSTEM)
    assert verified(book).checkpoints == 4
    assert [row.key for row in rows(book, Checkpoint)] == ["", "", *2 * [book.vault.public_key]]
    checkpoint_of_before(book)
    with pytest.raises(LedgerBroken, match="Checkpoint 5 does not bear the signature"):
        integrity.verify(book, by=SYSTEM)
    with pytest.raises(LedgerBroken, match="The signed checkpoints were removed"):
        integrity.checkpoint(book, by=SYSTEM)


def test_another_master_key_signs_on_and_what_was_signed_before_holds(
    casebook_url: str, tmp_path: Path
) -> None:
    """The old key names the new one; whoever has the old one alone signs nothing that counts."""
    settings = Settings(home=tmp_path, database_url=casebook_url)
    make_key_file(settings.key_file)
    old = Casebook.open(settings)
    walk = Walk(old)
    walk.reported()
    integrity.checkpoint(old, by=SYSTEM)
    keys.rotate_key_file(settings)
    new = Casebook.open(settings)
    walk = Walk(new)
    walk.reported()
    integrity.checkpoint(new, by=SYSTEM)
    assert verified(new).checkpoints == 4
    signed = rows(new, Checkpoint)
    assert [row.key for row in signed] == [*2 * [old.vault.public_key], *2 * [new.vault.public_key]]
    assert [row.successor for row in signed] == ["", new.vault.public_key, "", ""]
    with new.store.write() as connection:
        connection.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.seq > 2))
    with pytest.raises(
        LedgerBroken, match="Checkpoint 2, the last, is not signed by this casebook's own key"
    ):
        integrity.checkpoint(new, by=SYSTEM)
    # A key that somebody may have read is changed all the same; the next one vouches for nothing of that.
    keys.rotate_key_file(settings)
    third = Casebook.open(settings)
    with pytest.raises(LedgerBroken, match="Checkpoint 2, the last, is not signed by"):
        integrity.checkpoint(third, by=SYSTEM)
    changed = [row.data.get("ledger") for row in rows(third, TeamEvent) if row.what == "master_key_changed"]
    assert changed == [None, "broken"]
    third.close()
    old.close()
    new.close()
