"""What one may not see takes the same work as what is not there: no clock tells one from the other."""

import pytest

from states.casebook import Casebook
from states.casebook.accounts import factors, signing_in
from states.casebook.effects.nonces import Once
from states.casebook.intake import receipts
from states.errors import NotPermitted, TatError, UnknownRecord
from tests.cases.signing_in import account
from tests.cases.walking import Walk
from tests.statements import statements
from tests.states.standing.test_kept_out_everywhere import OF_A_CASE, World, world

__all__ = ["world"]


@pytest.mark.clause("W-39")
def test_a_case_that_one_is_kept_out_of_takes_the_work_of_none(world: World) -> None:
    """Each function of a case asks the database for the same, in the same order."""
    for name in OF_A_CASE:
        asked = []
        for number in (world.number, "TAT-1999-0001"):
            with statements(world.book) as said, pytest.raises(UnknownRecord):
                world.call(name, number, world.out)
            asked.append(said)
        assert (name, asked[0]) == (name, asked[1])
        assert asked[0], name


@pytest.mark.clause("W-40")
def test_a_wrong_number_takes_the_work_of_a_wrong_secret(walk: Walk) -> None:
    """Whoever guesses at a reporter's receipt learns from nothing which numbers there are."""
    book = walk.book
    number = walk.reported()
    (report,) = walk.records(number, "reports")
    right, secret = receipts.number_of(report["id"]), receipts.secret_of(book.vault, report["id"])
    once = Once("form", "x", book.clock())
    for look in (
        lambda receipt, said: receipts.returned(book, receipt, said),
        lambda receipt, said: receipts.add(book, receipt, said, "x", once=once),
        lambda receipt, said: receipts.answer(book, receipt, said, "x", once=once),
    ):
        asked = []
        for guess in ((right, "aaaa"), ("0000-0000-0000", secret), ("1", secret), ("", "")):
            with statements(book) as said, pytest.raises(UnknownRecord):
                look(*guess)
            asked.append(said)
        assert asked == asked[:1] * 4
        assert asked[0]


def test_an_account_that_is_not_there_takes_the_work_of_a_wrong_password(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow comparison, and the counting of failures: for a member without an account, too."""
    book = walk.book
    account(book, "officer", by=walk.chair)
    compared = list[str]()
    fits = factors.fits

    def noting(kept: str, password: str) -> bool:
        compared.append(password)
        return fits(kept, password)

    monkeypatch.setattr(factors, "fits", noting)
    asked = [_statements_of_signing_in(book, name) for name in ("officer", "nurse", "nobody at all")]
    assert asked == asked[:1] * 3
    assert len(compared) == 3


def _statements_of_signing_in(book: Casebook, name: str) -> list[str]:
    with statements(book) as said, pytest.raises(NotPermitted):
        signing_in.begin(book, name, "wrong words of nobody")
    return said


@pytest.mark.clause("W-39")
def test_what_is_looked_for_in_a_hidden_case_is_looked_for_in_none(world: World) -> None:
    """An erased case that one was kept out of takes the work of none, too."""
    with world.book.page(world.number, world.walk.officer, None) as page:
        page.case.erased_at = page.now
        page.log("erased")
    for name in OF_A_CASE:
        asked = []
        for number in (world.number, "TAT-1999-0001"):
            with statements(world.book) as said, pytest.raises(TatError):
                world.call(name, number, world.out)
            asked.append(said)
        assert (name, asked[0]) == (name, asked[1])
