"""The words of the operators' page: what needs somebody, what is stuck, who gives signs of life."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from states.casebook.effects.circuits import CircuitLine
from states.casebook.record.operating import Operations
from states.vocabulary.counts import counted
from tasks.signs_of_life import Household, Part

#: how old a sign of life of a process may be before somebody has to look
SILENT = timedelta(minutes=2)

#: how long ago a round that runs every few minutes may have ended well
ROUND_LATE = timedelta(minutes=20)

#: how many of the intervals between backups may pass without one
BACKUPS_MISSED = 2

#: how long ago the record may have been verified: every night, and a night may be missed
VERIFIED_LATE = timedelta(days=2)

#: as many characters of an effect's id as `tat effects redrive` needs
SHORT = 8

#: what stands on the page when nothing is wrong
ALL_WELL = "**Nothing needs you.**"

#: in whose words ages are told, longest first
UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows.

    Args:
        at: what time it is.
        now: what the casebook says.
        household: the processes; None: `tat up` does not run on this machine.
        backup: when the newest backup was made and how many bytes it has; None: there is none.
        backup_every: how often one is made by itself; zero: never.
        rounds: when each round that runs every few minutes last ended well.
        rounds_since: since when they run.
    """

    at: datetime
    now: Operations
    household: Household | None = None
    backup: tuple[datetime, int] | None = None
    backup_every: timedelta = timedelta(0)
    rounds: Mapping[str, datetime | None] = field(default_factory=dict)
    rounds_since: datetime | None = None


def render(shown: Shown) -> str:
    """The operators' page, in Markdown."""
    parts = (
        [
            "# Operations\n",
            f"As of {_moment(shown.at)}. If that is long ago, nobody keeps this page: see `tat health`.",
        ],
        [headline(shown)],
        _stuck(shown),
        _far_sides(shown),
        _processes(shown),
        _last(shown),
    )
    return "\n\n".join("\n".join(part) for part in parts)


def headline(shown: Shown) -> str:
    """What needs somebody, what saves a life first; an entry for each kind of trouble."""
    troubles = [*_troubles(shown)]
    if not troubles:
        return ALL_WELL
    listed = (f"- {trouble}" for trouble in troubles)
    return "\n".join(["**Needs you** (step by step: *A bad morning* in `docs/operators.md`)\n", *listed])


def _troubles(shown: Shown) -> Iterator[str]:
    now = shown.now
    if now.not_taken_over:
        yield (
            f"**{counted(now.not_taken_over, 'alarm')} that nobody has taken over**: see `tat alarm list "
            "--open`, and phone the team's duty line."
        )
    yield from _of_household(shown)
    if now.kept:
        yield (
            f"{counted(now.kept, 'thing')} came in that could not be read: the chair, or whoever does "
            "intake, has them in My work, and reads them under `/intake`."
        )
    if now.stuck_in_all:
        stuck = counted(now.stuck_in_all, "effect")
        yield f"{stuck} stuck: mend the cause, then `tat effects redrive EFFECT`."
    for (kind, code), count in now.retried.items():
        yield f"{count} x {kind} failed (`{code}`), tried again by itself: mend the cause."
    if now.waiting:
        listed = ", ".join(f"{count} {kind}" for kind, count in now.waiting.items())
        yield (
            f"Due for more than ten minutes, and not taken up: {listed}. Does the relay run, and in pool "
            "mode a worker?"
        )
    for line in now.failing:
        yield f"{line.name} fails (`{line.code}`): mend it; what waits for it goes on by itself."
    for name, ended in shown.rounds.items():
        if shown.at - max(filter(None, (ended, shown.rounds_since)), default=shown.at) > ROUND_LATE:
            since = "yet" if ended is None else f"since {_moment(ended)}"
            yield f"The round `{name}` has not ended well {since}: see its runs under Runs."
    yield from _of_the_record(shown)
    yield from _of_copies(shown)


def _of_the_record(shown: Shown) -> Iterator[str]:
    verified = shown.now.verified
    if verified is not None and not verified.holds:
        yield (
            f"**The record does not hold**, verified at {_moment(verified.at)}. {verified.said} Change "
            "nothing, and tell the chair."
        )
    elif verified is not None and shown.at - verified.at > VERIFIED_LATE:
        yield f"The record was last verified at {_moment(verified.at)}: run `tat ledger verify`."


def _of_household(shown: Shown) -> Iterator[str]:
    household = shown.household
    if household is None:
        return
    if household.gave_up_at is not None:
        yield (
            f"Everything was restarted after {_moment(household.gave_up_at)}: the {household.gave_up_on} "
            f"could not live. See `logs/{household.gave_up_on.replace(' ', '-').lower()}.log`."
        )
    yield from (f"**{sentence}**" for sentence in unwell(household, shown.at))
    for part in household.parts:
        if part.deaths and part.died_at is not None:
            yield (
                f"The {part.name} ended by itself {_times(part.deaths)} within a day, last at "
                f"{_moment(part.died_at)} (exit code {part.exit_code}), and was started again: see "
                f"`logs/{part.log}`."
            )


def unwell(household: Household, at: datetime) -> Iterator[str]:
    """What does not run as it should at this moment, a sentence for each.

    Args:
        household: what `tat up` noted.
        at: what time it is.
    """
    for part in household.parts:
        if not part.running:
            yield f"The {part.name} is dead, and is started again: see `logs/{part.log}`."
        elif _silent(part, at):
            yield (
                f"The {part.name} gives no sign of life since {_moment(part.heard_at or part.since)}: see "
                f"`logs/{part.log}`."
            )


def _of_copies(shown: Shown) -> Iterator[str]:
    if not shown.backup_every:
        return
    # The first one is made within minutes.
    patience = ROUND_LATE if shown.backup is None else BACKUPS_MISSED * shown.backup_every
    since = shown.rounds_since or shown.at if shown.backup is None else shown.backup[0]
    if shown.at - since > patience:
        last = "none yet" if shown.backup is None else f"the last one at {_moment(shown.backup[0])}"
        yield f"No backup in time: {last}. See the runs of `back-up`, or make one: `tat backup`."


def _stuck(shown: Shown) -> Iterator[str]:
    yield "## Stuck\n"
    if not shown.now.stuck:
        yield "No effect is stuck."
        return
    yield "| case | what | why | age | tries | effect |"
    yield "|---|---|---|---|---|---|"
    for line in shown.now.stuck:
        yield (
            f"| {line.case_number} | {line.kind} | `{line.code}` | {_age(shown.at - line.created_at)} | "
            f"{line.attempt} | `{line.effect_id[:SHORT]}` |"
        )
    if (left := shown.now.stuck_in_all - len(shown.now.stuck)) > 0:
        yield f"\nand {left} more: `tat effects list --status stuck`."


def _far_sides(shown: Shown) -> Iterator[str]:
    yield "## Far sides: mail, SMS and chat, sources, offices\n"
    if not shown.now.failing:
        yield "Every far side that was called answered."
    else:
        yield "| far side | failures in a row | why | called again |"
        yield "|---|---|---|---|"
        yield from (_far_side(line) for line in shown.now.failing)
    sent = "No message has gone out yet."
    if shown.now.last_sent is not None:
        sent = f"The last message went out {_ago(shown.at, shown.now.last_sent)}."
    yield f"\n{sent}"


def _far_side(line: CircuitLine) -> str:
    again = "at once" if line.retry_at is None else f"after {_moment(line.retry_at)}"
    return f"| {line.name} | {line.failures} | `{line.code}` | {again} |"


def _processes(shown: Shown) -> Iterator[str]:
    yield "## Signs of life\n"
    if shown.household is None:
        yield "`tat up` does not run on the machine that wrote this."
        return
    yield "| process | | died, 24 h | last sign of life |"
    yield "|---|---|---|---|"
    for part in shown.household.parts:
        state = "**dead**" if not part.running else "**silent**" if _silent(part, shown.at) else "runs"
        heard = "none yet" if part.heard_at is None else _ago(shown.at, part.heard_at)
        yield f"| {part.name} | {state} since {_moment(part.since)} | {part.deaths or 'never'} | {heard} |"


def _last(shown: Shown) -> Iterator[str]:
    yield "## When it last went well\n"
    yield "| | last |"
    yield "|---|---|"
    yield f"| backup | {_backup(shown)} |"
    verified = shown.now.verified
    how = "" if verified is None else ", it holds" if verified.holds else ", **it does not hold**"
    yield f"| ledger verified | {_ago(shown.at, None if verified is None else verified.at)}{how} |"
    yield f"| ledger sealed | {_ago(shown.at, shown.now.sealed_on)} |"
    for name, ended in shown.rounds.items():
        yield f"| round `{name}` | {_ago(shown.at, ended)} |"
    for door, at in shown.now.last_report.items():
        yield f"| report at the door `{door}` | {_ago(shown.at, at)} |"


def _backup(shown: Shown) -> str:
    if shown.backup is None:
        return "never" if shown.backup_every else "never; none is made by itself (`TAT_BACKUP_HOURS=0`)"
    made_at, size = shown.backup
    return f"{_ago(shown.at, made_at)}, {_bytes(size)}, read back whole when it was made"


def _silent(part: Part, at: datetime) -> bool:
    return part.running and at - (part.heard_at or part.since) > SILENT


def _ago(at: datetime, then: datetime | None) -> str:
    if then is None:
        return "never"
    # A column that is wider than it need be is cut off.
    if at - then < timedelta(minutes=1):
        return "just now"
    exact = f" ({_moment(then)})" if at - then >= timedelta(hours=1) else ""
    return f"{_age(at - then)} ago{exact}"


def _age(lapse: timedelta) -> str:
    for word, unit in UNITS:
        count = lapse // unit
        if count > 0:
            return f"{count} {word}{'' if count == 1 else 's'}"
    return "less than a minute"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _bytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"  # noqa: PLR2004 - to read well
