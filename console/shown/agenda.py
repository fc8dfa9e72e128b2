"""The agenda of a meeting, made from what there is: what is new, what is due, what stands in the way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.shown.case.glance import Running, called
from states.casebook.landing.invitations import Invitation
from states.casebook.rounds.sweeping import DeadlineLine
from states.machine import Available
from states.vocabulary.counts import counted, plural
from states.vocabulary.plans import MeetingKind

#: what each kind of meeting is called
CALLED = {
    MeetingKind.EMERGENCY: "Emergency meeting",
    MeetingKind.INITIAL: "First meeting",
    MeetingKind.REVIEW: "Review",
    MeetingKind.DEBRIEF: "Debrief",
    MeetingKind.SEMESTER: "Meeting of the semester",
}


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a meeting is to talk about.

    Args:
        since: what is new and open, a sentence each.
        clocks: what is due, soonest first.
        steps: each step that the process knows from here, and what stands in its way, a sentence each.
    """

    since: tuple[str, ...]
    clocks: tuple[Running, ...]
    steps: tuple[tuple[str, tuple[str, ...]], ...]


def agenda(
    found: Invitation,
    clocks: Sequence[DeadlineLine],
    possible: Sequence[Available],
    names: Mapping[str, str],
) -> Agenda:
    """The agenda of a meeting.

    Args:
        found: the meeting.
        clocks: the clocks that run for its case.
        possible: the guard explainer's answers.
        names: the name of each member, by id.
    """
    steps = sorted(possible, key=lambda each: (not each.urged, len(each.missing)))
    return Agenda(
        since=tuple(_since(found)),
        clocks=tuple(
            Running(
                called(one.clock), one.due_at, one.overdue, names.get(one.owner or "", "the lead"), one.clause
            )
            for one in clocks
        ),
        steps=tuple(
            (each.row.says, tuple(f"{one.sentence} ({one.who})" for one in each.missing)) for each in steps
        ),
    )


def _since(found: Invitation) -> Iterator[str]:
    said, when = found.since, "since the team last met" if found.last_met else "so far"
    for count, one, many in (
        (said.reports, "report", "reports"),
        (said.answers, "answer from a source", "answers from sources"),
    ):
        if count:
            yield f"{counted(count, one, many)} {when}."
    for count, sentence in (
        (said.unanswered, "{} of the sources asked {} still silent."),
        (said.with_offices, "{} of the referrals {} with their offices."),
    ):
        if count:
            yield sentence.format(count, plural(count, "is", "are"))
    if said.actions_open:
        late = f", {said.actions_late} of them late" if said.actions_late else ""
        yield f"{counted(said.actions_open, 'action')} of the plan open{late}."
