"""News of cases is told together; what asks somebody to act is told at once."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from states.access import SYSTEM
from states.casebook.effects import claiming
from states.casebook.inquiry import triage
from states.casebook.protecting import orders
from states.casebook.rounds import sweeping
from states.casebook.team import news
from states.contents.plans import ProtectiveOrderContent
from states.vocabulary.effects import EffectKind, EffectStatus
from tests.cases.walking import TEAM, Walk
from tests.installations.running import Runs

EVERYBODY = {f"invented-{member}-address@wnmu.example" for member, _, _ in TEAM}

#: those who see what nobody leads yet
SCREENING = {f"invented-{member}-address@wnmu.example" for member in ("chair", "officer")}


def later(walk: Walk, by: timedelta) -> None:
    """Let time pass."""
    then = walk.book.clock() + by
    walk.book.clock = lambda: then


def words_of(mail: EmailMessage) -> str:
    """The text of a message."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def tell(walk: Walk, runs: Runs) -> int:
    """Let the pack's time pass, and tell what was gathered; returns how many members were to hear some."""
    later(walk, walk.book.pack.news.gather.delta + timedelta(seconds=1))
    owed = news.owe(walk.book, by=SYSTEM)
    claims = claiming.claim_due(walk.book, limit=100, kinds=[EffectKind.TELL_NEWS], by=SYSTEM)
    if claims:
        await runs.flow("tell-news", lease=claims[0].lease)
    return owed


@pytest.mark.clause("U-05")
async def test_news_of_several_cases_is_one_message(walk: Walk, runs: Runs) -> None:
    """Two inquiries opened: one message each, which names both, and first what waits for its reader."""
    numbers = [walk.in_inquiry(), walk.in_inquiry()]
    for number in numbers:
        await runs.only(number, EffectKind.NOTIFY_TEAM)
    assert runs.told() == {}, "nothing asks anybody to act"
    assert await tell(walk, runs) == len(EVERYBODY)
    assert runs.told() == {address: ["gathered_news"] for address in EVERYBODY}
    text = {str(mail["To"]): words_of(mail) for mail in runs.mail()}
    for number in numbers:
        assert all(f"{number} (Inquiry" in words for words in text.values())
        (lead,) = [words for address, words in text.items() if address.startswith("invented-chair")]
        assert f"- {number}: the assessment, due" in lead
    assert "Nothing waits for you." in text["invented-nurse-address@wnmu.example"]


async def test_gathered_news_is_told_once_and_on_record(walk: Walk, runs: Runs) -> None:
    """Each case's ledger says that its news was told; nothing is told again."""
    number = walk.in_inquiry()
    await runs.only(number, EffectKind.NOTIFY_TEAM)
    assert {row["status"] for row in walk.records(number, "notices")} == {"gathered"}
    await tell(walk, runs)
    assert {row["status"] for row in walk.records(number, "notices")} == {"sent"}
    assert "news_told" in walk.events(number)
    assert await tell(walk, runs) == 0


async def test_news_does_not_wait_for_ever_nor_leave_too_soon(walk: Walk, runs: Runs) -> None:
    """Before the pack's time nothing is owed; what came later goes out with what waited longest."""
    first, second = walk.in_inquiry(), walk.in_inquiry()
    await runs.only(first, EffectKind.NOTIFY_TEAM)
    assert news.owe(walk.book, by=SYSTEM) == 0
    later(walk, walk.book.pack.news.gather.delta - timedelta(minutes=5))
    assert news.owe(walk.book, by=SYSTEM) == 0
    await runs.only(second, EffectKind.NOTIFY_TEAM)
    await tell(walk, runs)
    assert runs.told() == {address: ["gathered_news"] for address in EVERYBODY}


async def test_a_report_is_told_at_once(walk: Walk, runs: Runs) -> None:
    """It asks for a screening within hours, and its subject says so."""
    number = walk.reported()
    await runs.only(number, EffectKind.NOTIFY_TEAM)
    assert runs.told() == {address: ["team_notice"] for address in SCREENING}
    assert runs.mail()[0]["Subject"] == f"{number}: A report of concern came in."


@pytest.mark.clause("W-39")
async def test_somebody_who_is_not_on_the_case_hears_nothing(walk: Walk, runs: Runs) -> None:
    """Only those on the case are told of it; the chair always is."""
    number = walk.in_inquiry()
    triage.assign(walk.book, number, by=walk.chair, lead="officer", offices=["university_police"])
    await runs.only(number, EffectKind.NOTIFY_TEAM)
    await tell(walk, runs)
    assert set(runs.told()) == {
        "invented-chair-address@wnmu.example",
        "invented-officer-address@wnmu.example",
    }


@pytest.mark.clause("W-39")
async def test_a_case_that_somebody_is_kept_out_of_meanwhile_tells_them_nothing(
    walk: Walk, runs: Runs
) -> None:
    """News that was gathered before the nurse turned out to be the one in danger does not reach her."""
    theirs, other = walk.in_inquiry(), walk.in_inquiry()
    for number in (theirs, other):
        await runs.only(number, EffectKind.NOTIFY_TEAM)
    order = ProtectiveOrderContent(protects=walk.words("nurse.name"), against="Sam Sample")
    orders.file(walk.book, theirs, order, by=walk.officer)
    await tell(walk, runs)
    (told,) = [words_of(mail) for mail in runs.mail() if str(mail["To"]).startswith("invented-nurse")]
    assert other in told
    assert theirs not in told


@pytest.mark.parametrize("run", ["remind", "tell-news", None], ids=["as reminders", "as news", "by no run"])
async def test_a_batch_of_both_kinds_from_the_version_before_ends_well(
    walk: Walk, runs: Runs, run: str | None
) -> None:
    """Its relay claimed reminders and news together: what the run does not know goes back to its own.

    Where that run is no more, the reconciler puts all of it back once the lease has run out.
    """
    number = walk.in_inquiry()
    await runs.only(number, EffectKind.NOTIFY_TEAM)
    later(walk, timedelta(days=60))
    sweeping.sweep(walk.book, by=SYSTEM)
    news.owe(walk.book, by=SYSTEM)
    both = [EffectKind.REMIND, EffectKind.TELL_NEWS]
    claims = claiming.claim_due(walk.book, limit=200, kinds=both, seconds=60, by=SYSTEM)
    assert {claim.kind for claim in claims} == set(both)
    if run is None:
        claiming.assign(walk.book, claims[0].lease, "00000000-0000-0000-0000-000000000000")
    else:
        await runs.flow(run, lease=claims[0].lease)
    later(walk, timedelta(hours=1))
    await runs.flow("reconcile")
    later(walk, timedelta(hours=1))
    for kind, flow in zip(both, ("remind", "tell-news"), strict=True):
        again = claiming.claim_due(walk.book, limit=200, kinds=[kind], by=SYSTEM)
        if again:
            await runs.flow(flow, lease=again[0].lease)
    assert {runs.line(claim.effect_id).status for claim in claims} == {EffectStatus.DONE}
    heard = [address for address, told in runs.told().items() for one in told if one == "gathered_news"]
    assert sorted(heard) == sorted(EVERYBODY)
