"""Nonces: each is taken in once, by whichever copy comes first."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from states.casebook import Casebook
from states.casebook.effects.nonces import Once, use
from states.errors import Refused
from states.policy.reading import load_pack
from states.store.engine import Store
from states.tables import SeenNonce, table_of
from states.vault import Vault

#: when the casebook stands still, and until when a message is fresh
NOW = datetime(2026, 2, 3, 18, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)


@pytest.fixture
def book(casebook_url: str) -> Iterator[Casebook]:
    """An empty casebook on each kind of server, whose clock stands still."""
    book = Casebook(Store(casebook_url), Vault(b"k" * 32), load_pack("wnmu"), lambda: NOW)
    yield book
    book.close()


def remember(book: Casebook, sender: str, nonce: str, expires_at: datetime) -> None:
    """Take a nonce in by itself."""
    with book.store.write() as connection:
        use(book, connection, Once(sender, nonce, expires_at))


def kept(book: Casebook) -> list[str]:
    """What is remembered."""
    with book.store.read() as connection:
        return list(connection.scalars(select(table_of(SeenNonce).c.nonce)))


def test_a_nonce_is_taken_in_once_from_each_sender(book: Casebook) -> None:
    """The same again is a replay; the same of somebody else is not; and none is kept in clear."""
    remember(book, "partner:police", "n-1", SOON)
    with pytest.raises(Refused, match="taken in before"):
        remember(book, "partner:police", "n-1", SOON)
    remember(book, "partner:sheriff", "n-1", SOON)
    assert len(kept(book)) == 2
    assert not [nonce for nonce in kept(book) if "n-1" in nonce]


def test_nonces_are_forgotten_once_their_messages_are_too_old(book: Casebook) -> None:
    """The table does not grow without end."""
    remember(book, "partner:police", "n-1", SOON)
    later = book.at(SOON + timedelta(seconds=1))
    remember(later, "partner:police", "n-2", SOON + timedelta(minutes=10))
    assert len(kept(book)) == 1


def test_of_many_copies_at_once_one_is_taken_in(book: Casebook) -> None:
    """However many copies come together, exactly one of them counts."""
    together = threading.Barrier(6)
    taken: list[bool] = []

    def try_it() -> None:
        together.wait()
        try:
            remember(book, "partner:police", "n-1", SOON)
        except Refused:
            taken.append(False)
        else:
            taken.append(True)

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True]
    with book.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(table_of(SeenNonce))) == 1
