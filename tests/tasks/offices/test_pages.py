"""The pages that offices answer on, over real HTTP: plain, private, and used once."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from states.casebook.effects import links
from states.casebook.referrals import answers
from states.casebook.referrals.sending import ANSWER
from states.tables import Case, OneTimeLink, table_of
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from tasks.drafts.link_paths import ANSWERS
from tests.cases.opening import opener_of
from tests.states.looking import everything
from tests.tasks.offices.conftest import Sent
from tests.waiting import PATIENCE


def link(referral: Sent, kind: ReferralKind, door: str) -> str:
    """Send a referral of some kind; returns the link in its letter."""
    referral.draft(kind)
    referral.send_now()
    (mail,) = referral.seat.desk.settings.outbox.glob("*.eml")
    text = mail.read_text().replace("=\n", "")
    found = re.search(rf"{re.escape(door)}{ANSWERS}/[0-9a-f]{{64}}", text)
    assert found is not None
    return found.group()


def answered(referral: Sent, url: str, answer: str, number: str = "") -> httpx.Response:
    """Answer as a person does, who types the number that stands in the message."""
    return httpx.post(url, data={"answer": answer, "number": number or referral.number}, timeout=PATIENCE)


def buttons(page: str) -> list[str]:
    """The answers that a page offers."""
    return re.findall(r'name="answer" value="(\w+)"', page)


def following(page: str) -> str:
    """The link that a page goes on with."""
    found = re.search(r'href="(http[^"]+)"', page)
    return found.group(1) if found else ""


def test_an_office_answers_with_one_click_a_step(referral: Sent, door: str) -> None:
    """Each link takes one answer and brings the next; looking at it answers nothing."""
    url = link(referral, ReferralKind.CONDUCT, door)
    offered = []
    for answer in ("acknowledged", "accepted", "completed"):
        before = everything(referral.walk.book)
        for _ in range(2):
            page = httpx.get(url, timeout=PATIENCE)
        assert everything(referral.walk.book) == before, "mail scanners look, too"
        offered.append(buttons(page.text))
        done = answered(referral, url, answer)
        assert (done.status_code, referral.row()["status"]) == (200, answer)
        once, again = everything(referral.walk.book), [answered(referral, url, answer)]
        again.append(httpx.get(url, timeout=PATIENCE))
        # Whoever comes back by a link that was used reads what was answered; no second answer is taken.
        assert [(page.status_code, buttons(page.text)) for page in again] == [(200, [])] * 2
        assert everything(referral.walk.book) == once
        url = following(done.text)
    assert offered == [
        ["acknowledged", "accepted", "declined"],
        ["accepted", "declined"],
        ["completed", "declined"],
    ]
    assert url == ""
    assert "Nothing more is asked" in done.text


@pytest.mark.clause("U-09")
def test_counseling_is_asked_for_attendance_alone(referral: Sent, door: str) -> None:
    """There is a button for each, and nowhere to write; what is written all the same is not taken in."""
    url = link(referral, ReferralKind.COUNSELLING, door)
    url = following(answered(referral, url, "accepted").text)
    page = httpx.get(url, timeout=PATIENCE).text
    assert buttons(page) == ["attended", "not_attended", "declined"]
    assert "<textarea" not in page
    assert re.findall(r'<input[^>]* name="(\w+)"', page) == ["number"]
    httpx.post(
        url,
        data={"answer": "not_attended", "number": referral.number, "text": "Sam is unwell."},
        timeout=PATIENCE,
    )
    row = referral.row()
    assert (row["status"], row["outcome"]) == (ReferralStatus.COMPLETED, "not_attended")
    assert "unwell" not in repr(everything(referral.walk.book))


def test_every_dead_link_is_answered_alike(referral: Sent, door: str) -> None:
    """Made up, expired or of an erased case: one page, the same to the letter."""
    made_up = httpx.get(f"{door}{ANSWERS}/{'0' * 64}", timeout=PATIENCE)
    answers = [
        made_up,
        httpx.post(f"{door}{ANSWERS}/nonsense", data={"answer": "accepted"}, timeout=PATIENCE),
    ]
    used = link(referral, ReferralKind.SOCIAL_SERVICES, door)
    next_link = following(answered(referral, used, "acknowledged").text)
    answers.append(httpx.post(f"{used}/letter", timeout=PATIENCE))
    book = referral.walk.book
    later = book.clock() + links.LINK_LIFE + timedelta(minutes=1)
    book.clock = lambda: later
    answers.append(httpx.get(next_link, timeout=PATIENCE))
    with book.store.write() as connection:
        connection.execute(update(table_of(OneTimeLink)).values(expires_at=later + timedelta(days=1)))
    assert httpx.get(next_link, timeout=PATIENCE).status_code == 200
    with book.store.write() as connection:
        connection.execute(update(table_of(Case)).values(erased_at=later))
    answers.append(httpx.get(next_link, timeout=PATIENCE))
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, made_up.text)}
    assert "575-555-0100" in made_up.text


def test_a_page_is_private_and_plain(referral: Sent, door: str) -> None:
    """It names nobody, loads nothing, is kept nowhere, and may not be framed."""
    url = link(referral, ReferralKind.COUNSELLING, door)
    page = httpx.get(url, timeout=PATIENCE)
    assert referral.number not in page.text, "whoever answers types it"
    assert "invented" not in page.text
    assert re.findall(r"src=|<script|@import|url\(|https?:", page.text) == []
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert '<html lang="en">' in page.text
    assert "<legend>" in page.text


@pytest.mark.clause("W-39")
def test_a_letter_is_read_behind_the_link_of_a_mail_that_left(referral: Sent, door: str) -> None:
    """With a code, again and again, until the link is used; that it was opened is on record."""
    url = link(referral, ReferralKind.SOCIAL_SERVICES, door)
    assert f'action="{url.removeprefix(door)}/letter"' in httpx.get(url, timeout=PATIENCE).text
    asked = httpx.post(f"{url}/letter", timeout=PATIENCE)
    assert "no other way on file" in asked.text
    assert not asked.content.startswith(b"%PDF-")
    opener = opener_of(referral.walk.book, url.rpartition("/")[2], ANSWER)
    with httpx.Client(cookies={"tat-link": opener}, timeout=PATIENCE) as browser:
        first, second = browser.post(f"{url}/letter"), browser.post(f"{url}/letter")
    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content
    assert first.headers["Cache-Control"] == "no-store"
    assert httpx.get(f"{url}/letter", timeout=PATIENCE).status_code == 405, (
        "whoever only looks is shown no letter"
    )
    assert referral.walk.read_outside(referral.number).count(("letter", "office:social_services")) == 2


def test_a_letter_that_was_in_the_mail_is_not_given_again(referral: Sent, door: str) -> None:
    """Inside the team's own mail it is attached: a forwarded link opens no letter."""
    url = link(referral, ReferralKind.COUNSELLING, door)
    assert "/letter" not in httpx.get(url, timeout=PATIENCE).text
    assert httpx.post(f"{url}/letter", timeout=PATIENCE).status_code == 404


def test_what_no_longer_fits_is_shown_as_it_stands(referral: Sent, door: str) -> None:
    """The team heard by phone first: the page says how far the matter is, and the link still works."""
    url = link(referral, ReferralKind.CONDUCT, door)
    answers.called_back(referral.walk.book, "student_affairs", referral.row()["id"], ReferralStatus.ACCEPTED)
    for answer in ("acknowledged", "nonsense"):
        page = answered(referral, url, answer)
        assert page.status_code == 409
        assert "taken up" in page.text
    assert answered(referral, url, "completed").status_code == 200


def test_a_message_without_end_is_not_read(referral: Sent, door: str) -> None:
    """Also when it does not say how long it is."""
    url = link(referral, ReferralKind.CONDUCT, door)
    page = httpx.post(url, content=(b"x" * 100_000 for _ in range(20)), timeout=PATIENCE)
    assert page.status_code in (409, 413)
    assert referral.row()["status"] == ReferralStatus.SENT
