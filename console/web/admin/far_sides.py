"""Whether what an installation works with is in order, as whoever looks after it reads it; of no case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from console.shown.admin.questions import questions
from deployments.orchestrator.operators_words import BACKUPS_MISSED, VERIFIED_LATE, unwell
from notifications.channels.smtp import MAIL_SERVER
from notifications.channels.terms import Terms
from notifications.channels.ways import mail_channel
from states.access import Actor
from states.casebook.effects.circuits import CircuitLine
from states.casebook.record import far_sides
from states.casebook.record.far_sides import LastCall
from states.casebook.record.operating import Operations, operations
from states.casebook.team import approval
from states.casebook.team.approval import Approval, Standing
from states.copies import newest_file
from states.errors import BadInput, StepFailed
from states.settings import Settings
from states.vocabulary.counts import counted
from states.vocabulary.leaving import RecipientKind
from states.vocabulary.spelling import words
from tasks.desk import Desk
from tasks.doors import checking
from tasks.doors.registry import WebhookDoor, load_doors
from tasks.far.codes import ADVICE
from tasks.offices.registry import load_offices
from tasks.offices.sending import problem_of
from tasks.signs_of_life import of_household
from tasks.sources import trying
from tasks.sources.contract import Checked
from tasks.sources.registry import load_sources

#: of a far side that was not called lately
NEVER = LastCall()

#: seconds that one may take that is tried while somebody waits for the page
SECONDS = 10.0

#: of a source that can be tried in no way that says nothing of anybody
NOT_CALLED = (
    "What its table names is there. It was not called: of its kind none can be tried without asking about "
    "somebody. That it answers shows with the first question."
)

#: what the mail server is tried by
TRIED = Terms(timeout=5.0, whole=SECONDS, connections=1, purpose=" for trials")

#: what to do about a code of the team's own mail and chat; step by step, docs/operators.md says it
OF_CHANNELS: Mapping[str, str] = {
    "channel_unavailable": "The server does not answer, or asks to be tried later.",
    "channel_misconfigured": "Its address is none, or would send the password unprotected: TAT_SMTP_URL.",
    "login_refused": "It does not take our name and password: TAT_SMTP_URL.",
    "login_missing": "It wants a name and a password: put them into TAT_SMTP_URL.",
    "outbox_unwritable": "The outbox in the data folder is full, or may not be written.",
    "mailbox_silent": "The server took the recipient's name, and then said nothing more.",
    "clock_jumped": "This machine's clock jumped. See that it is kept by a time server.",
}


class Kind(StrEnum):
    """What a far side is; the words are those of addresses."""

    SOURCES = "sources"
    OFFICES = "offices"
    DOORS = "doors"
    CHANNELS = "channels"


#: what each kind is called, and what it does for cases
KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.SOURCES: ("Sources and partners", "Where records are asked for."),
    Kind.OFFICES: ("Offices", "Where referrals go."),
    Kind.DOORS: ("Doors", "Where reports come in from other systems."),
    Kind.CHANNELS: ("Channels", "What messages go out by."),
}


@dataclass(frozen=True, slots=True)
class FarSide:
    """Somebody outside that an installation works with.

    Args:
        kind: what it is.
        name: what its address calls it.
        called: what people call it.
        about: what it is for.
        problem: why it is not in order, as a sentence; empty: nothing says so.
        paused: until when it is not called; None: it is.
        last: when it was last called, and why it last failed.
        came: whether it calls us, and ``last`` is when it last did.
        tests: whether it can be tried without a word of anybody.
    """

    kind: Kind
    name: str
    called: str
    about: str
    problem: str = ""
    paused: datetime | None = None
    last: LastCall = NEVER
    came: bool = False
    tests: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """How everything is.

    Args:
        groups: the far sides, by kind.
        compared: what the sources were compared with, as a sentence.
        now: what the casebook says.
        needs: what needs somebody, in sentences.
        approval: how the version of the plan in force stands with the body that approves it.
        backup: when the newest backup was made, and how many bytes it has; None: there is none.
        backs_up: whether one is made by itself.
    """

    groups: Mapping[Kind, tuple[FarSide, ...]]
    compared: str
    now: Operations
    needs: tuple[str, ...]
    approval: Approval
    backup: tuple[datetime, int] | None
    backs_up: bool


def advice(code: str) -> str:
    """What to do about a code of a far side; empty where nothing is known."""
    return OF_CHANNELS.get(code) or ADVICE.get(code, "")


def as_files_say(desk: Desk) -> tuple[Desk, tuple[str, ...]]:
    """The desk with sources, offices and doors as their files say now, and what is wrong with the files."""
    settings, pack, wrong = desk.settings, desk.book.pack, list[str]()
    try:
        desk = replace(desk, sources=load_sources(settings.sources_file, pack.source_kinds))
    except BadInput as problem:
        wrong.append(str(problem))
    try:
        desk = replace(desk, offices=load_offices(settings.offices_file, pack.office_codes))
    except BadInput as problem:
        wrong.append(str(problem))
    try:
        desk = replace(desk, doors=load_doors(settings.doors_file))
    except BadInput as problem:
        wrong.append(str(problem))
    return desk, tuple(wrong)


def health(desk: Desk, *, by: Actor) -> Health:
    """Look at everything; nobody outside is called.

    Args:
        desk: what this process works with.
        by: who looks.

    Raises:
        NotPermitted: it is not theirs to look after.
    """
    now = operations(desk.book, by=by)
    desk, wrong = as_files_say(desk)
    asked = questions(desk.settings, desk.book.pack, desk.sources)
    failing = {line.name: line for line in now.failing}
    problems = {each.source.name: each.problem for each in asked.asked if each.source and each.problem}
    groups = {
        Kind.SOURCES: tuple(_sources(desk, failing, problems, far_sides.of_sources(desk.book, by=by))),
        Kind.OFFICES: tuple(_offices(desk, failing, far_sides.of_offices(desk.book, by=by))),
        Kind.DOORS: tuple(_doors(desk, now)),
        Kind.CHANNELS: tuple(_channels(desk, failing, now)),
    }
    silent = [
        desk.book.pack.called(each.needed.kind)
        for each in asked.asked
        if each.problem and each.source is None
    ]
    nobody = [f"Nobody answers what every inquiry asks, and it has to be waived: {', '.join(silent)}."]
    backup, approved = newest_file(desk.settings), approval.standing(desk.book, by=by)
    unapproved = () if approved.standing is Standing.APPROVED else (approved.said,)
    needs = (*wrong, *_needs(desk, now, backup), *_failing(groups), *(nobody if silent else ()), *unapproved)
    return Health(groups, asked.compared, now, needs, approved, backup, desk.settings.backup_hours > 0)


def _sources(
    desk: Desk, failing: Mapping[str, CircuitLine], problems: Mapping[str, str], last: Mapping[str, LastCall]
) -> Iterator[FarSide]:
    pack = desk.book.pack
    for source in desk.sources.all():
        kinds = sorted(source.kinds)
        partner = any(pack.holder(kind) is RecipientKind.PARTNER for kind in kinds)
        about = f"{'A partner, asked' if partner else 'Asked'} about {', '.join(map(pack.called, kinds))}"
        side = FarSide(Kind.SOURCES, source.name, source.name, about, problems.get(source.name, ""))
        yield _now(side, failing.get(source.name), last.get(source.name, NEVER))


def _offices(
    desk: Desk, failing: Mapping[str, CircuitLine], last: Mapping[str, LastCall]
) -> Iterator[FarSide]:
    pack = desk.book.pack
    routed = dict.fromkeys(route.office for route in pack.routes)
    for code in routed | dict.fromkeys(way.name for way in desk.offices.all()):
        way = desk.offices.way(code)
        side = FarSide(Kind.OFFICES, code, pack.office(code).name, f"Gets referrals by {words(way.kind)}")
        yield _now(side, failing.get(f"office {code}"), last.get(code, NEVER))


def _doors(desk: Desk, now: Operations) -> Iterator[FarSide]:
    for name, door in desk.doors.all().items():
        about = (
            "Posts signed messages" if isinstance(door, WebhookDoor) else "A folder that files are put into"
        )
        came = LastCall(now.last_report.get(name))
        yield FarSide(Kind.DOORS, name, name, about, last=came, came=True)


def _channels(desk: Desk, failing: Mapping[str, CircuitLine], now: Operations) -> Iterator[FarSide]:
    mails = bool(desk.settings.smtp_url.get_secret_value())
    about = "Carries the team's mail" if mails else "No mail server is set (TAT_SMTP_URL): mail is kept here"
    mail = FarSide(Kind.CHANNELS, "mail", "Mail server" if mails else "Outbox folder", about)
    yield _now(mail, failing.get(MAIL_SERVER), LastCall(now.last_sent))
    for name, line in failing.items():
        if name.startswith(("channel ", "mailbox ")):
            side = FarSide(
                Kind.CHANNELS, name, name, "Fails; what waits for it goes on by itself", tests=False
            )
            yield _now(side, line, NEVER)


def _now(side: FarSide, line: CircuitLine | None, last: LastCall) -> FarSide:
    if line is None:
        return replace(side, last=last)
    failed = f"Its last {line.failures} calls failed" if line.failures > 1 else "Its last call failed"
    problem = f"{failed} ({words(line.code)}). {advice(line.code)}".strip()
    return replace(side, last=last, problem=side.problem or problem, paused=line.retry_at)


def _failing(groups: Mapping[Kind, tuple[FarSide, ...]]) -> Iterator[str]:
    for sides in groups.values():
        yield from (f"{side.called}: {side.problem}" for side in sides if side.problem)


def _needs(desk: Desk, now: Operations, backup: tuple[datetime, int] | None) -> Iterator[str]:
    """What needs somebody, what saves a life first."""
    at, settings = desk.book.clock(), desk.settings
    if now.not_taken_over:
        yield f"{counted(now.not_taken_over, 'alarm')} that nobody has taken over: phone the duty line."
    if now.kept:
        yield (
            f"{counted(now.kept, 'thing')} came in that could not be read: the chair, or whoever does "
            "intake, reads them from My work, and enters them as reports or sets them aside."
        )
    household = of_household(settings.home)
    if household is not None and not household.lives:
        yield "`tat up` does not run: no alarm goes out, and nothing that cases owe is done. Start it."
    elif household is not None:
        yield from unwell(household, at)
    if now.stuck_in_all:
        yield f"{counted(now.stuck_in_all, 'thing')} that cases owe cannot be done: mend why, then redrive."
    if now.waiting:
        yield f"{counted(sum(now.waiting.values()), 'thing')} due for ten minutes that nobody takes up."
    if now.verified is not None and not now.verified.holds:
        yield f"The record does not hold. {now.verified.said} Change nothing, and tell the chair.".replace(
            "  ", " "
        )
    elif now.verified is not None and at - now.verified.at > VERIFIED_LATE:
        yield "The record has not been verified for two days."
    every = timedelta(hours=settings.backup_hours)
    if every and backup is not None and at - backup[0] > BACKUPS_MISSED * every:
        yield "No backup was made in time: see that the folder of backups can be written."


async def tried(desk: Desk, kind: Kind, name: str) -> str | None:
    """Try a far side without a word of anybody, as `tat sources check` and `tat offices check` do.

    Args:
        desk: what this process works with, as its files say now.
        kind: what it is.
        name: what its address calls it.

    Returns:
        What is wrong with it, as a sentence; empty: nothing, as far as that shows; None: there is none.
    """
    if kind is Kind.SOURCES:
        return await _source_tried(desk, name)
    if kind is Kind.OFFICES:
        routed = {route.office for route in desk.book.pack.routes} | {way.name for way in desk.offices.all()}
        if name not in routed:
            return None
        code = await problem_of(desk.offices.way(name), timeout=SECONDS)
        return f"{words(code).capitalize()}. {advice(code)}" if code else ""
    if kind is Kind.DOORS:
        door = desk.doors.all().get(name)
        return None if door is None else await checking.problem_of(door)
    return await _mail_tried(desk.settings) if name == "mail" else None


async def _source_tried(desk: Desk, name: str) -> str | None:
    source = {each.name: each for each in desk.sources.all()}.get(name)
    if source is None:
        return None
    missing: list[str] = []
    if desk.settings.sources_file.exists():
        missing = await trying.missing(trying.table(name, desk.settings.sources_file))
    if missing:
        return f"Provide what is missing: {', '.join(missing)}."
    if not isinstance(source, Checked):
        return NOT_CALLED
    return " ".join(await trying.in_the_way(source, seconds=SECONDS))


async def _mail_tried(settings: Settings) -> str:
    try:
        await mail_channel(settings, TRIED).check()
    except StepFailed as failure:
        return f"{words(failure.code).capitalize()}. {advice(failure.code)}"
    return ""
