"""The owner of an account hears of what somebody else may have done with it."""

import pytest

from states.casebook.accounts import making, signing_in
from states.errors import NotPermitted
from states.vocabulary.effects import EffectKind
from tests.cases.signing_in import account
from tests.cases.walking import Walk
from tests.installations.running import Runs


@pytest.mark.clause("P-08")
async def test_whoever_has_an_account_hears_of_what_was_done_about_it(walk: Walk, runs: Runs) -> None:
    """That it was set up, that there is a new link, and once that it rests; each names what and when."""
    book = walk.book
    account(book, "nurse", by=walk.chair)
    making.link(book, "nurse", by=walk.chair)
    for _ in range(signing_in.LET_PASS + 2):
        with pytest.raises(NotPermitted):
            signing_in.begin(book, "nurse", "not it")
    await runs.every(EffectKind.TELL_ACCOUNT)
    mails = [mail for mail in runs.mail() if mail["X-Tatflow-Message"] == "account_news"]
    assert {mail["To"] for mail in mails} == {"invented-nurse-address@wnmu.example"}
    said = [" ".join(mail.get_body(("plain",)).get_content().split()) for mail in mails]  # type: ignore[union-attr]
    for words in ("was set up", "a link was given", "failed several times"):
        assert len([text for text in said if words in text]) == 1, words
    assert len(said) == 3
