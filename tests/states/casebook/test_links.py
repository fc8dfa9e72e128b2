"""One-time links: each tells one thing, once, and is found nowhere."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from states.casebook import Casebook
from states.casebook.effects import links
from states.casebook.reading import timeline
from states.casebook.referrals import answers, sending
from states.casebook.referrals.sending import ANSWER
from states.errors import Refused, UnknownRecord
from tests.cases.referring import S, referred, send
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import everything, verified


def test_a_link_works_once(book: Casebook) -> None:
    """Looking uses nothing up; an answer does, and brings the link for the next one."""
    walk = Walk(book)
    number, referral = referred(walk)
    secret = send(walk, number, referral).link
    assert answers.asked(book, secret) == answers.asked(book, secret)
    asked, following = answers.answer_by_link(book, secret, number, S.ACKNOWLEDGED)
    assert (asked.status, asked.choices) == (S.ACKNOWLEDGED, (S.ACCEPTED, S.DECLINED))
    for use in (
        lambda: answers.asked(book, secret),
        lambda: answers.answer_by_link(book, secret, number, S.DECLINED),
        lambda: answers.letter_by_link(book, secret, ""),
    ):
        with pytest.raises(UnknownRecord, match=re.escape(links.DEAD_LINK)):
            use()
    asked, last = answers.answer_by_link(book, following, number, S.DECLINED)
    assert (asked.status, last) == (S.DECLINED, "")
    events = timeline.timeline(book, number, by=walk.chair)
    assert {event.actor for event in events if event.what == "referral_answered"} == {
        "office:student_affairs"
    }
    verified(book)


def test_a_link_that_cannot_be_guessed_is_found_nowhere(walk: Walk) -> None:
    """Its secret has 32 bytes, lies in no table, and another case's or purpose's opens nothing."""
    number, referral = referred(walk)
    secret = send(walk, number, referral).link
    assert len(bytes.fromhex(secret)) == 32
    assert secret not in repr(everything(walk.book))
    for other in ("", "0" * 64, secret[:-1], secret + "0"):
        with pytest.raises(UnknownRecord, match=re.escape(links.DEAD_LINK)):
            answers.asked(walk.book, other)
    with walk.book.store.read() as connection, pytest.raises(UnknownRecord):
        links.find(walk.book, connection, secret, f"not_{ANSWER}")


def test_a_link_expires(walk: Walk, watch: Watch) -> None:
    """After its time it opens nothing, and a referral sent again gets a new one."""
    number, referral = referred(walk)
    old = send(walk, number, referral).link
    watch.now += links.LINK_LIFE
    with pytest.raises(UnknownRecord, match=re.escape(links.DEAD_LINK)):
        answers.asked(walk.book, old)
    sending.send_again(walk.book, number, referral, by=walk.chair)
    new = send(walk, number, referral).link
    assert new != old
    assert answers.asked(walk.book, new).number == number


def test_what_a_link_cannot_say_does_not_use_it_up(walk: Walk) -> None:
    """Completed follows only what was taken up."""
    number, referral = referred(walk)
    secret = send(walk, number, referral).link
    with pytest.raises(Refused, match="not what this referral waits for"):
        answers.answer_by_link(walk.book, secret, number, S.COMPLETED)
    answers.answer_by_link(walk.book, secret, number, S.ACCEPTED)


def test_a_link_names_nobody(walk: Walk) -> None:
    """It shows the case's number, the office, and how far it has come."""
    number, referral = referred(walk)
    shown = answers.asked(walk.book, send(walk, number, referral).link)
    assert shown.number == number
    assert "invented" not in repr(shown)


def test_of_many_who_use_a_link_at_once_one_is_heard(book: Casebook) -> None:
    """The others are told that it does not work any more, and one answer is on record."""
    walk = Walk(book)
    number, referral = referred(walk)
    secret = send(walk, number, referral).link

    def answer(status: S) -> bool:
        try:
            answers.answer_by_link(book, secret, number, status)
        except UnknownRecord:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        heard = list(pool.map(answer, [S.ACCEPTED, S.DECLINED] * 3))
    assert heard.count(True) == 1
    assert walk.events(number).count("referral_answered") == 1
    verified(book)
