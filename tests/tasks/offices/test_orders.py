"""A protective order's copy reaches the police of each of its sites, and somebody says that it did."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.protecting import attachments, orders
from states.casebook.rearranging import corrections
from states.casebook.referrals import sending
from states.casebook.rounds import sweeping
from states.contents.plans import ProtectiveOrderContent
from states.errors import BadInput, Refused
from states.tables import Attachment
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from tasks.drafts.link_paths import ANSWERS
from tasks.steps.referrals import send_referral
from tests.cases.opening import opener_of
from tests.cases.walking import Walk
from tests.installations.running import Runs
from tests.states.courses.taking_up import take_up
from tests.states.looking import deadlines, owed, rows, running, verified
from tests.tasks.offices.conftest import Sent
from tests.waiting import PATIENCE

UNIVERSITY, DEMING = "university.police@wnmu.example", "dispatch@deming-police.example"


def filed(walk: Walk, **given: object) -> tuple[str, str]:
    """File an order that holds at two sites; returns the case's number and the order's id."""
    number = walk.in_inquiry()
    said = {
        "protects": "Riley Example",
        "against": "Sam Sample",
        "reference": "D-0001",
        "sites": ("silver_city", "deming"),
        "valid_until": walk.book.clock() + timedelta(days=90),
    }
    content = ProtectiveOrderContent.model_validate(said | given)
    return number, orders.file(walk.book, number, content, by=walk.officer)


def copies(walk: Walk, number: str) -> dict[str, str]:
    """How far each copy has come, by whom it goes to."""
    rows = walk.records(number, "referrals")
    assert all(row["kind"] == ReferralKind.PROTECTIVE_ORDER for row in rows)
    return {row["office"]: row["status"] for row in rows}


def opened(walk: Walk, link: str, what: str) -> httpx.Response:
    """What stands behind a link, for whoever typed the code that went another way."""
    kept = opener_of(walk.book, link.rpartition("/")[2], sending.ANSWER)
    with httpx.Client(cookies={"tat-link": kept}, timeout=PATIENCE) as browser:
        return browser.post(f"{link}/{what}")


@pytest.mark.clause("W-42")
async def test_each_sites_police_get_their_copy_through_the_gate(walk: Walk, runs: Runs) -> None:
    """Inside the team's own mail as a letter; elsewhere behind a link; both on the record of disclosures."""
    number, _ = filed(walk)
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    assert copies(walk, number) == {"police_silver_city": "sent", "police_deming": "sent"}
    sent = {str(mail["To"]): mail for mail in runs.mail()}
    assert set(sent) == {UNIVERSITY, DEMING}
    assert "application/pdf" in {part.get_content_type() for part in sent[UNIVERSITY].walk()}
    assert "application/pdf" not in {part.get_content_type() for part in sent[DEMING].walk()}
    assert not any(b"Riley" in mail.as_bytes() for mail in (sent[DEMING],))
    told = [
        (row["recipient_kind"], row["recipient"], row["what"])
        for row in walk.records(number, "disclosures")
        if row["recipient_kind"] == "police"
    ]
    assert sorted(told) == [
        ("police", "police_deming", ["case_number", "protective_order"]),
        ("police", "police_silver_city", ["case_number", "protective_order"]),
    ]
    assert len(deadlines(walk.book, Clock.REFERRAL_ACKNOWLEDGEMENT)) == 2


@pytest.mark.clause("W-42")
def test_police_read_the_order_behind_their_link_and_say_that_they_have_it(
    referral: Sent, walk: Walk, door: str
) -> None:
    """Only whether they received it is asked; then nothing is waited for any more."""
    number, _ = filed(walk, sites=("deming",))
    referral.number = number
    referral.work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    referral.send_now()
    (mail,) = referral.seat.desk.settings.outbox.glob("*.eml")
    found = re.search(rf"{re.escape(door)}{ANSWERS}/[0-9a-f]{{64}}", mail.read_text().replace("=\n", ""))
    assert found is not None
    page = httpx.get(found.group(), timeout=PATIENCE)
    assert re.findall(r'name="answer" value="(\w+)"', page.text) == ["acknowledged"]
    assert (
        "application/pdf"
        not in httpx.post(f"{found.group()}/letter", timeout=PATIENCE).headers["content-type"]
    )
    letter = opened(walk, found.group(), "letter")
    assert letter.headers["content-type"] == "application/pdf"
    given = {"answer": "acknowledged", "number": number}
    assert httpx.post(found.group(), data=given, timeout=PATIENCE).status_code == 200
    assert copies(walk, number) == {"police_deming": "acknowledged"}
    assert Clock.REFERRAL_ACKNOWLEDGEMENT not in running(walk.book, number)
    assert Clock.REFERRAL_DECISION not in running(walk.book, number)


@pytest.mark.clause("W-42")
async def test_an_office_that_is_handed_papers_gets_the_order_as_a_packet(
    referral: Sent, walk: Walk, tmp_path: Path
) -> None:
    """The police of a site may have a table of their own in the offices file."""
    folder = tmp_path / "packets"
    folder.mkdir()
    referral.configure(f'[police_deming]\nuse = "packet"\nfolder = "{folder}"\n')
    number, _ = filed(walk, sites=("deming",))
    work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    (row,) = walk.records(number, "referrals")
    await send_referral(referral.seat.desk, work, row["id"], row["office"])
    assert [file.suffix for file in folder.iterdir()] == [".zip"]


PAPER = b"%PDF-1.7 the court's own invented paper"


def attached(walk: Walk, number: str, order: str) -> Casebook:
    """Attach the court's own paper a minute later; returns the casebook of that time."""
    later = walk.book.at(walk.book.clock() + timedelta(minutes=1))
    attachments.attach(later, number, order, PAPER, by=walk.officer)
    return later


@pytest.mark.clause("W-42")
async def test_the_courts_own_paper_goes_with_each_copy_by_whichever_way(
    referral: Sent, walk: Walk, tmp_path: Path, runs: Runs
) -> None:
    """Attached inside the team's mail, in the packet for who is handed papers; sealed where it is kept."""
    folder = tmp_path / "packets"
    folder.mkdir()
    referral.configure(f'[police_gallup]\nuse = "packet"\nfolder = "{folder}"\n')
    number, order = filed(walk, sites=("silver_city", "gallup"))
    attached(walk, number, order)
    for effect in runs.owed(number, EffectKind.ROUTE_REFERRALS):
        await runs.effect(effect)
    papers = [
        part.get_content()
        for mail in runs.mail()
        for part in mail.iter_attachments()
        if part.get_filename() == "order.pdf"
    ]
    assert papers == [PAPER]
    packets = [ZipFile(path) for path in folder.iterdir()]
    assert [packet.read("order.pdf") for packet in packets if "order.pdf" in packet.namelist()] == [PAPER]
    assert attachments.read(walk.book, number, order, by=walk.chair).data == PAPER
    (kept,) = rows(walk.book, Attachment)
    assert (kept.media_type, kept.size) == ("application/pdf", len(PAPER))
    assert PAPER not in kept.content
    # A correction sends the paper on file along.
    given = {"reference": "D-0002"}
    corrections.put_right(walk.book, number, order, given, by=walk.chair, because="Misread.")
    assert all("document" in row["content"] for row in walk.records(number, "referrals")[2:])
    verified(walk.book)


@pytest.mark.clause("W-42")
def test_the_courts_own_paper_is_opened_behind_a_link_elsewhere(
    referral: Sent, walk: Walk, door: str
) -> None:
    """By police outside the team's mail, without using the link up; where there is none, nothing opens."""

    async def send(book: Casebook) -> None:
        work = take_up(book, number, EffectKind.ROUTE_REFERRALS)
        (row,) = sending.routed(book, work)
        await send_referral(referral.seat.desk, work, row.id, row.office)

    number, order = filed(walk, sites=("deming",))
    asyncio.run(send(walk.book))
    asyncio.run(send(attached(walk, number, order)))
    mails = "".join(
        path.read_text().replace("=\n", "") for path in referral.seat.desk.settings.outbox.glob("*.eml")
    )
    links = set(re.findall(rf"{re.escape(door)}{ANSWERS}/[0-9a-f]{{64}}", mails))
    shown = {link: opened(walk, link, "paper") for link in links}
    assert sorted(answer.status_code for answer in shown.values()) == [200, 404]
    for link, answer in shown.items():
        said = httpx.get(link, timeout=PATIENCE).text
        assert ("own paper" in said) is (answer.status_code == 200)
        assert "recommends" not in said, "a court's order is no recommendation"
        if answer.status_code == 200:
            assert (answer.content, answer.headers["content-type"]) == (PAPER, "application/pdf")


@pytest.mark.parametrize("data", [b"MZ\x90 a program", b"", b"%PDF-" + b"0" * attachments.MOST_BYTES])
def test_what_is_no_paper_or_too_long_is_refused(walk: Walk, data: bytes) -> None:
    """What is kept for the police prints, and runs nothing."""
    number, order = filed(walk)
    with pytest.raises(BadInput, match="Nothing was written"):
        attachments.attach(walk.book, number, order, data, by=walk.officer)
    assert rows(walk.book, Attachment) == []


@pytest.mark.clause("W-42")
def test_an_orders_end_is_reminded_of_before_it_comes(walk: Walk) -> None:
    """Its clock goes by the order's own date, and stops when somebody says that it holds no more."""
    until = walk.book.clock() + timedelta(days=90)
    number, order = filed(walk, valid_until=until)
    (clock,) = deadlines(walk.book, Clock.ORDER_EXPIRY)
    assert (clock.due_at, clock.about) == (until, order)
    assert clock.next_at < clock.due_at - timedelta(days=7)
    sweeping.sweep(walk.book.at(clock.next_at), by=SYSTEM)
    (reminded,) = deadlines(walk.book, Clock.ORDER_EXPIRY)
    assert reminded.stage == "reminded"
    orders.end(walk.book.at(clock.next_at), number, order, by=walk.officer, because="The court lifted it.")
    assert Clock.ORDER_EXPIRY not in running(walk.book, number)
    with pytest.raises(Refused, match="already"):
        orders.end(walk.book.at(clock.next_at), number, order, by=walk.officer, because="Again.")


@pytest.mark.clause("W-42")
def test_an_order_outlives_its_case(walk: Walk) -> None:
    """Closing ends nothing that a court ordered: its end is still watched, and entered when it comes."""
    number = walk.assessed(Level.NONE)
    until = walk.book.clock() + timedelta(days=90)
    content = ProtectiveOrderContent(protects="Riley Example", against="Sam Sample", valid_until=until)
    order = orders.file(walk.book, number, content, by=walk.officer)
    walk.dispose(number)
    walk.act(number, "close")
    (clock,) = deadlines(walk.book, Clock.ORDER_EXPIRY)
    assert clock.satisfied_at is None
    then = walk.book.at(clock.next_at)
    sweeping.sweep(then, by=SYSTEM)
    assert deadlines(walk.book, Clock.ORDER_EXPIRY)[0].stage == "reminded"
    renewed = {"valid_until": (until + timedelta(days=90)).isoformat()}
    corrections.put_right(then, number, order, renewed, by=walk.chair, because="It was renewed.")
    assert Clock.ORDER_EXPIRY in running(then, number)
    orders.end(then, number, order, by=walk.officer, because="The court lifted it.")
    assert Clock.ORDER_EXPIRY not in running(then, number)


def test_a_renewed_order_is_corrected_and_goes_out_anew(walk: Walk) -> None:
    """The clock follows the new date, and the police get what is right now."""
    number, order = filed(walk, sites=("deming",))
    until = walk.book.clock() + timedelta(days=400)
    given = {"valid_until": until.isoformat()}
    corrections.put_right(walk.book, number, order, given, by=walk.chair, because="It was renewed.")
    due = [row.due_at for row in deadlines(walk.book, Clock.ORDER_EXPIRY) if row.satisfied_at is None]
    assert due == [until]
    rows = walk.records(number, "referrals")
    assert [row["status"] for row in rows] == [ReferralStatus.DRAFTED] * 2
    assert owed(walk.book, number).count(EffectKind.ROUTE_REFERRALS) == 2


@pytest.mark.parametrize("wrong", [{"sites": ("nowhere",)}, {"valid_until": "2020-01-01T00:00+00:00"}])
def test_an_order_that_holds_nowhere_or_no_more_is_refused(walk: Walk, wrong: dict[str, object]) -> None:
    """Nothing is written of it."""
    with pytest.raises(BadInput):
        filed(walk, **wrong)
    (number,) = [line.number for line in walk.cases()]
    assert walk.records(number, "protective_orders") == walk.records(number, "referrals") == []
