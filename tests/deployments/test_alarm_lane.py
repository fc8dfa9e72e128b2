"""The alarm lane: what goes out first, whatever else hangs, dies or is set wrong."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from deployments import alarm_lane, lane_names
from deployments.alarm_lane import AlarmLane
from deployments.lane_names import LaneName
from deployments.orchestrator.registration import register
from deployments.relay.relay import Relay
from flows.in_prefect import flows_at
from states.access import SYSTEM, Act
from states.casebook import Casebook
from states.casebook.effects import attempts, listing
from states.casebook.effects.listing import EffectLine
from states.casebook.record import integrity
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.payloads import ALERT_POLICE, CallDue
from states.contents.team import MemberContent
from states.settings import Settings
from states.tables import Alarm, AlarmCall, Case, Effect, table_of
from states.vault import make_key_file
from states.vocabulary.danger import Called, CallStatus, Via
from states.vocabulary.effects import EffectKind, EffectStatus
from states.vocabulary.people import Role
from tasks.desk import Desk
from tasks.offices.registry import Offices
from tasks.sources.registry import Sources
from tests.cases.walking import Walk
from tests.deployments.relay.relaying import at_work
from tests.installations.alarming import POLICE, PostOffice, lane, post_office
from tests.waiting import eventually, until

#: a Prefect that does not answer: nothing listens on this port
AWAY = "http://127.0.0.1:9/api"

#: a step that no call chain of a policy has
FURTHER = 99

_CALLS = table_of(AlarmCall)
_EFFECTS = table_of(Effect)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server that hangs for everybody whose address says so, until it is told to go on."""
    with post_office(lambda address: address.startswith("hanging")) as office:
        yield office


@pytest.fixture
def settings(tmp_path: Path, casebook_url: str, office: PostOffice) -> Settings:
    """An installation with that mail server, on either database, whose Prefect is away."""
    return Settings(
        home=tmp_path, database_url=casebook_url, smtp_url=SecretStr(office.url), prefect_api_url=AWAY
    )


@pytest.fixture
def book(settings: Settings) -> Iterator[Casebook]:
    """An empty casebook."""
    make_key_file(settings.key_file)
    book = Casebook.open(settings)
    yield book
    book.close()


def alarms(book: Casebook, number: str) -> list[EffectLine]:
    """What a case owes the police now, newest first, without the calls that follow if nobody answers."""
    first = select(_EFFECTS.c.id).join(_CALLS, _CALLS.c.id == _EFFECTS.c.dedupe)
    with book.store.read() as connection:
        these = set(connection.scalars(first.where(_CALLS.c.step.in_([1, FURTHER]))))
    return [line for line in listing.effects(book, by=SYSTEM, number=number) if line.effect_id in these]


def raised(walk: Walk) -> str:
    """A case on which somebody has raised the alarm."""
    number = walk.reported()
    walk.act(number, "raise_alarm", {"reason": "invented"})
    return number


def stop_between_writes(process: subprocess.Popen[bytes], book: Casebook) -> None:
    """Stop a process at a moment when it holds nothing that whoever writes waits for."""

    def stopped() -> bool:
        process.send_signal(signal.SIGSTOP)
        try:
            with book.store.write() as connection:
                connection.execute(select(table_of(Case).c.id).with_for_update(nowait=True))
        except SQLAlchemyError:
            process.send_signal(signal.SIGCONT)
            return False
        return True

    until(stopped, "it holds the database whenever it is stopped")


async def handed_over(book: Casebook, number: str) -> None:
    """Wait until every alarm of a case is handed over."""

    async def done() -> bool:
        return {line.status for line in alarms(book, number)} == {EffectStatus.DONE}

    await eventually(done)


@asynccontextmanager
async def lane_here(book: Casebook, settings: Settings) -> AsyncIterator[AlarmLane]:
    """A lane in this process, for as long as the block lasts."""
    lane = AlarmLane(Desk(settings, book, Sources()), LaneName(settings.home))
    running = asyncio.create_task(lane.run())
    try:
        yield lane
    finally:
        lane.stop()
        await running


@pytest.mark.clause("W-13")
@pytest.mark.clause("M-04")
async def test_an_alarm_overtakes_a_mail_server_that_hangs_for_everybody_else(
    book: Casebook, settings: Settings, office: PostOffice, client: PrefectClient, tmp_path: Path
) -> None:
    """The police hear before anything that hangs at the same server goes on; Prefect shows it afterwards."""
    walk = Walk(book)
    for name in range(30):
        member = MemberContent(name="invented", address=f"hanging.{name}@wnmu.example", phone="1")
        members.enrol(
            book, f"hanging{name}", member, by=walk.chair, offices=["health_services"], roles=[Role.MEMBER]
        )
    desk = Desk(settings, book, Sources())
    registered = await register(client, flows_at(lambda: desk), Sources(), Offices(), pool=False)
    number = walk.in_inquiry()
    with lane(settings, tmp_path / "lane.log"):
        async with at_work(Relay(book, client, registered, settings)):
            await asyncio.to_thread(office.wait, lambda seen: len(seen.hanging) > 6)
            walk.act(number, "raise_alarm", {"reason": "invented"})
            await asyncio.to_thread(office.wait, lambda seen: seen.to(POLICE))
            # Nothing that hung has gone on: the alarm did not come after it, but past it.
            assert not [to for to, _ in office.taken if to.startswith("hanging")]
            office.go_on()
            await handed_over(book, number)

            async def shown() -> bool:
                return all(line.flow_run_id for line in alarms(book, number))

            await eventually(shown)
    [alarm] = alarms(book, number)
    run = await client.read_flow_run(UUID(alarm.flow_run_id))
    assert (run.name, run.state_name) == (f"{number} alert_police", "Completed")
    assert run.idempotency_key == f"{alarm.effect_id}:{alarm.attempt}"
    assert {"urgency:emergency", "site:silver_city"} <= set(run.tags)


@pytest.mark.clause("W-13")
async def test_an_alarm_needs_no_prefect_and_is_taken_up_where_a_killed_lane_left_it(
    book: Casebook, settings: Settings, office: PostOffice, tmp_path: Path
) -> None:
    """`kill -9` in the middle of a hand-over delays it by no lease, and the police can tell the repeat."""
    office.hangs = lambda address: address == POLICE
    number = raised(Walk(book))
    with lane(settings, tmp_path / "lane.log"):
        await asyncio.to_thread(office.wait, lambda seen: seen.hanging)
    [killed] = alarms(book, number)
    assert (killed.status, killed.attempt) == (EffectStatus.CLAIMED, 1)
    office.go_on()
    with lane(settings, tmp_path / "lane.log"):
        await asyncio.to_thread(office.wait, lambda seen: seen.to(POLICE))
        await handed_over(book, number)
    assert len(set(office.to(POLICE))) == 1
    [alarm] = alarms(book, number)
    assert (alarm.attempt, alarm.flow_run_id) == (2, None)


@pytest.mark.clause("W-13")
async def test_a_lane_that_hangs_alive_keeps_no_alarm_until_its_claim_runs_out(
    book: Casebook,
    settings: Settings,
    office: PostOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped in the middle of a hand-over it is alive and gives no sign: the other lane takes over."""
    monkeypatch.setattr(alarm_lane, "LEASE", 3600.0)
    office.hangs = lambda address: address == POLICE
    number = raised(Walk(book))
    with lane(settings, tmp_path / "lane.log") as process:
        await asyncio.to_thread(office.wait, lambda seen: seen.hanging)
        await asyncio.to_thread(stop_between_writes, process, book)
        office.go_on()
        async with lane_here(book, settings):
            await handed_over(book, number)
    assert len(set(office.to(POLICE))) == 1
    assert alarms(book, number)[0].attempt > 1


def test_only_a_lane_that_was_listened_to_counts_as_silent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that gives signs of life is left alone; who was stopped itself cannot say that nobody spoke."""
    now = [0.0]
    monkeypatch.setattr(lane_names, "monotonic", lambda: now[0])
    one, other = LaneName(settings.home), LaneName(settings.home)

    def listens(seconds: float, *, beats: bool) -> bool:
        for _ in range(int(seconds)):
            now[0] += 1
            if beats:
                other.beat()
            one.listen()
        return one.is_silent(other.name)

    assert not listens(9, beats=True)
    assert not listens(lane_names.SILENCE, beats=False)
    assert listens(1, beats=False)
    assert not listens(1, beats=True)
    now[0] += 60
    assert not listens(1, beats=False)
    assert not one.is_silent("another folder's lane")


async def test_two_lanes_at_once_hand_an_alarm_over_once(
    book: Casebook, settings: Settings, office: PostOffice
) -> None:
    """Whoever claims first does it; the other one leaves it alone."""
    walk = Walk(book)
    async with lane_here(book, settings), lane_here(book, settings):
        numbers = [raised(walk) for _ in range(4)]
        for number in numbers:
            await handed_over(book, number)
    assert len(office.to(POLICE)) == len(set(office.to(POLICE))) == len(numbers)


async def test_an_alarm_asks_no_clock(book: Casebook, settings: Settings, office: PostOffice) -> None:
    """A machine's clock that is set back by an hour keeps nobody from raising an alarm, and delays none."""
    walk = Walk(book)
    number = raised(walk)
    behind = book.at(book.clock() - timedelta(hours=1))
    acting.act(behind, number, "raise_alarm", by=walk.chair, given={"reason": "invented"})
    async with lane_here(behind, settings):
        await handed_over(book, number)
    # The second goes on in place of the first, which had not gone out yet.
    assert len(office.to(POLICE)) == 1
    integrity.verify(book, by=SYSTEM)


async def test_an_alarm_that_is_due_later_goes_out_when_it_falls_due(
    book: Casebook, settings: Settings, office: PostOffice
) -> None:
    """A further step of an alarm waits for its minute, and then for nothing."""
    walk = Walk(book)
    number = raised(walk)
    async with lane_here(book, settings):
        await handed_over(book, number)
        due_at = book.clock() + timedelta(seconds=1)
        with book.page(number, walk.chair, Act.RECORD) as page:
            alarm = page.rows(Alarm)[-1]
            call = AlarmCall(
                case_id=page.case.id,
                at=page.now,
                by=walk.chair.id,
                alarm_id=alarm.id,
                round=1,
                step=FURTHER,
                call=Called.UNIVERSITY_POLICE,
                site=alarm.site,
                via=Via.MAIL,
                status=CallStatus.OWED,
                due_at=due_at,
            )
            page.add(call)
            page.owe_at(due_at, ALERT_POLICE, CallDue(alarm=alarm.id, call=call.id), once=call.id)
            page.log("further_step")
        await handed_over(book, number)
    later = alarms(book, number)[0]
    assert later.done_at is not None
    assert later.done_at >= due_at
    assert len(office.to(POLICE)) == 2


@pytest.mark.clause("U-12")
async def test_the_next_step_goes_out_beside_one_that_hangs(
    book: Casebook, settings: Settings, office: PostOffice
) -> None:
    """When the first mailbox of the police falls silent, somebody else is called now, not in minutes."""
    office.hangs = lambda _: not office.hanging
    walk = Walk(book)
    number = raised(walk)
    async with lane_here(book, settings):
        # Nobody has an address for texts here: the next one who can be called is the chair.
        await asyncio.to_thread(office.wait, lambda seen: seen.taken)
        assert office.hanging == [POLICE]
        assert POLICE not in [to for to, _ in office.taken]
        office.go_on()
        await handed_over(book, number)
    assert "alarm_hastened" in walk.events(number)


@pytest.mark.clause("U-12")
async def test_an_alarm_is_never_given_up(
    book: Casebook, settings: Settings, office: PostOffice, tmp_path: Path
) -> None:
    """However often it fails, and however surely, it stays owed; the team is told, again and again."""
    walk = Walk(book)
    number = raised(walk)
    entry = book.pack.effects[EffectKind.ALERT_POLICE]
    for _ in range(2 * entry.attempts):
        effect = alarms(book, number)[0].effect_id
        work = attempts.begin(book, effect, "a run", by=SYSTEM)
        assert work is not None
        assert not attempts.fail(book, work, "channel_refused", permanent=True)
    told = [
        line for line in listing.effects(book, by=SYSTEM, number=number) if line.kind == EffectKind.REMIND
    ]
    assert len(told) == 2
    assert alarms(book, number)[0].status == EffectStatus.PENDING
    # Whatever pause was due, a lane that has just begun tries it first of all.
    with lane(settings, tmp_path / "lane.log"):
        await asyncio.to_thread(office.wait, lambda seen: seen.to(POLICE))


def test_a_lane_knows_which_lanes_of_its_folder_are_dead(tmp_path: Path) -> None:
    """A living lane's claims are nobody's to take; those of one that was killed are."""
    program = (
        "import sys, time; from pathlib import Path; from deployments.lane_names import LaneName; "
        "print(LaneName(Path(sys.argv[1])).name, flush=True); time.sleep(3600)"
    )
    ours = LaneName(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        theirs = other.stdout.readline().strip()
        assert theirs != ours.name
        assert not ours.is_dead(theirs)
        other.kill()
        other.wait()
        assert ours.is_dead(theirs)
    assert not ours.is_dead(ours.name)
    assert not ours.is_dead(None)
    assert not ours.is_dead("a lane of another folder")


async def test_a_second_lane_takes_over_at_once_when_the_first_is_killed(
    book: Casebook, settings: Settings, office: PostOffice, tmp_path: Path
) -> None:
    """With two lanes, `kill -9` of the one that is at it waits for no restart."""
    office.hangs = lambda address: address == POLICE
    with lane(settings, tmp_path / "one.log") as one:
        number = raised(Walk(book))
        await asyncio.to_thread(office.wait, lambda seen: seen.hanging)
        with lane(settings, tmp_path / "two.log"):
            one.kill()
            office.go_on()
            await handed_over(book, number)
    assert len(set(office.to(POLICE))) == 1
