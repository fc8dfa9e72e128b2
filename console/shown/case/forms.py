"""What a step asks of whoever takes it: fields with words that people know, and what may be chosen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.shown.case.opened import Opened, Row
from notifications.messages.wording import in_words
from states.access import MAY, Act, Actor, may_work_on
from states.guards.inquiry import unsettled
from states.tables import Case, SourceQuery
from states.vocabulary.cases import FactorKind, Level
from states.vocabulary.plans import Finding, MeetingKind
from states.vocabulary.sources import SourceKind


class Ask(StrEnum):
    """How a field is answered."""

    LINE = "line"
    PROSE = "prose"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be chosen.

    Args:
        value: what the form sends.
        reads: what people read.
        under: the heading that it stands under, in a long list.
    """

    value: str
    reads: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Args:
        name: what the form calls it.
        label: what people read.
        ask: how it is answered.
        hint: an example, or what it is for.
        options: what may be chosen.
        needed: whether there has to be an answer.
        given: what is answered before anybody answers.
    """

    name: str
    label: str
    ask: Ask = Ask.PROSE
    hint: str = ""
    options: tuple[Option, ...] = ()
    needed: bool = False
    given: tuple[str, ...] = ()

    @property
    def is_a_choice(self) -> bool:
        """Whether it is answered by choosing."""
        return self.ask in (Ask.ONE, Ask.SEVERAL)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to choose."""
        return self.is_a_choice and not self.options

    def lacks(self, given: Sequence[str]) -> str:
        """What would help, as a sentence; empty: the answer can be taken.

        Args:
            given: all that was answered.
        """
        said = [each for each in given if each.strip()]
        if self.needed and not said:
            return (
                f"{self.label}: choose one." if self.is_a_choice else f"{self.label}: say it in a few words."
            )
        if self.is_a_choice and not {each.value for each in self.options}.issuperset(said):
            return f"{self.label}: choose of what is there now."
        return ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a form is made.

    Args:
        opened: the case.
        team: everybody who is on the team now.
        by: who fills it in.
    """

    opened: Opened
    team: Sequence[Actor]
    by: Actor


Fields = tuple[Field, ...]


def because(label: str, hint: str = "", *, needed: bool = True) -> Callable[[Asked], Fields]:
    """A reason, and nothing else."""
    return lambda _asked: (Field("reason", label, hint=hint, needed=needed),)


def nothing(_asked: Asked) -> Fields:
    """No field: the step itself says all."""
    return ()


def screening(asked: Asked) -> Fields:
    """A provisional level, and why (W-05)."""
    levels = asked.opened.pack.levels
    return (
        Field(
            "level",
            "Provisional level",
            Ask.ONE,
            "What fits best what is known now. The team assesses later.",
            tuple(
                Option(each, f"{in_words(each)}: {levels[each].criteria[0].text}")
                for each in _gravest_first()
            ),
            needed=True,
        ),
        Field("reason", "Why", hint="What in the report speaks for it, in a sentence or two.", needed=True),
    )


def assignment(asked: Asked) -> Fields:
    """Who leads, and which offices and members are on the case (W-02)."""
    case, pack = asked.opened.dossier["case"], asked.opened.pack
    known = Case(**case)
    fit = [Option(one.id, asked.opened.who(one.id)) for one in asked.team if may_work_on(one, known)]
    offices = [Option(code, each.name) for code, each in pack.offices.items() if each.on_team]
    lead = (case["lead"],) if case["lead"] else ()
    return (
        Field("lead", "Who leads the case", Ask.ONE, "", _sorted(fit), needed=True, given=lead),
        Field(
            "offices",
            "Offices concerned",
            Ask.SEVERAL,
            "Everybody who speaks for one of them sees the case.",
            _sorted(offices),
            needed=True,
            given=tuple(case["offices"]),
        ),
        Field(
            "members",
            "Further members, by name",
            Ask.SEVERAL,
            "Whoever is not at one of these offices. Optional.",
            _sorted(fit),
            given=tuple(case["members"]),
        ),
    )


def agreement(asked: Asked) -> Fields:
    """What a second member agrees with (W-11)."""
    found = [*_written(asked, "screenings", "Screening"), *_written(asked, "assessments", "Assessment")]
    return (
        Field("about", "What you agree with", Ask.ONE, "", tuple(found), needed=True, given=_only(found)),
        Field("reason", "Anything to add", hint="Optional."),
    )


def participation(asked: Asked) -> Fields:
    """The assessment in which somebody took part (W-19)."""
    named = [row for row in asked.opened.of("assessments") if asked.by.id in row["participants"]]
    found = [Option(row["id"], _called(asked, row, "Assessment")) for row in reversed(named)]
    return (
        Field("about", "What you took part in", Ask.ONE, "", tuple(found), needed=True, given=_only(found)),
    )


def waiver(asked: Asked) -> Fields:
    """A source that the team goes on without, and why (W-17)."""
    opened, course = asked.opened, asked.opened.dossier["case"]["began_seq"]
    asked_for = [row for row in opened.of("source_queries") if row["seq"] >= course]
    waiting = unsettled([SourceQuery(**{**row, "content": b""}) for row in asked_for])
    kinds = [SourceKind(row.kind) for row in waiting] or [each.kind for each in opened.pack.sources]
    options = tuple(Option(kind, _capital(opened.pack.called(kind))) for kind in dict.fromkeys(kinds))
    return (
        Field("kind", "Which source", Ask.ONE, "", options, needed=True, given=_only(options)),
        Field("reason", "Why the team goes on without it", hint="It is kept with the case.", needed=True),
    )


def looking_up(asked: Asked) -> Fields:
    """A kind of source, and why it is asked (P-03)."""
    pack, mine = asked.opened.pack, set(asked.opened.dossier["case"]["affiliations"])
    kinds = [each.kind for each in pack.sources if not mine.isdisjoint(each.affiliations)]
    options = tuple(Option(kind, _capital(pack.called(kind))) for kind in dict.fromkeys(kinds))
    return (
        Field("kind", "Which source", Ask.ONE, "", options, needed=True),
        Field("reason", "Why it is asked", hint="It is kept with the question.", needed=True),
    )


def note(_asked: Asked) -> Fields:
    """An interview, an inquiry or an observation (W-18)."""
    kinds = (("interview", "An interview"), ("inquiry", "An inquiry"), ("observation", "An observation"))
    return (
        Field(
            "kind",
            "What it is",
            Ask.ONE,
            "",
            tuple(Option(value, reads) for value, reads in kinds),
            needed=True,
            given=("inquiry",),
        ),
        Field("with_whom", "With whom", Ask.LINE, "Optional."),
        Field("text", "What was said or seen", needed=True),
        Field(
            "more",
            "Choose what fits",
            Ask.SEVERAL,
            "",
            (
                Option("own_observation", "I saw or heard it myself"),
                Option("by_team_convened", "The team was convened for it"),
            ),
        ),
    )


def meeting(_asked: Asked) -> Fields:
    """When the team meets, and why (U-04)."""
    kinds = (MeetingKind.INITIAL, MeetingKind.REVIEW, MeetingKind.EMERGENCY)
    return (
        Field(
            "kind",
            "What kind of meeting",
            Ask.ONE,
            "",
            tuple(Option(each, str(in_words(each))) for each in kinds),
            needed=True,
            given=(MeetingKind.REVIEW,),
        ),
        Field("at", "When", Ask.LINE, "As in Fri 27 Nov 2026 5 pm, or tomorrow 5 pm.", needed=True),
    )


def unit(asked: Asked) -> Fields:
    """Which unit the person belongs to (W-22)."""
    units = [Option(code, each.name) for code, each in asked.opened.pack.units.items()]
    return (Field("unit", "The person's unit", Ask.ONE, "", _sorted(units), needed=True),)


def follow_up(asked: Asked) -> Fields:
    """The verbal report whose written follow-up is waived, and why (W-12)."""
    waiting = [row for row in asked.opened.of("reports", channel="verbal") if row["follow_up"] is None]
    found = [Option(row["id"], _called(asked, row, "Report by word of mouth")) for row in waiting]
    return (
        Field("about", "Which report", Ask.ONE, "", tuple(found), needed=True, given=_only(found)),
        Field("reason", "Why nothing is written down", needed=True),
    )


def taking_over(_asked: Asked) -> Fields:
    """Who took an alarm over (W-13)."""
    return (
        Field("who", "Who took over", Ask.LINE, "A name, or a badge number.", needed=True),
        Field("agency", "Their agency", Ask.LINE, "Optional."),
        Field("said", "What they said", hint="Optional."),
    )


def ending(asked: Asked) -> Fields:
    """How the matter ended, what the reporter may be told, and who follows up (W-26 to W-28)."""
    offices = [Option(code, each.name) for code, each in asked.opened.pack.offices.items()]
    said = {Finding.DOES_NOT: "no, and it never did", Finding.NO_LONGER: "no longer", Finding.STILL: "still"}
    found = tuple(Option(each, _capital(reads)) for each, reads in said.items())
    return (
        Field("text", "How the matter ended", needed=True),
        Field("threat", "Does the person pose a threat of violence?", Ask.ONE, "", found, needed=True),
        Field("disruption", "Is there a risk of significant disruption?", Ask.ONE, "", found, needed=True),
        Field(
            "tell_reporter",
            "May the person who reported be told that it is concluded?",
            Ask.ONE,
            "",
            (Option("yes", "Yes"), Option("no", "No")),
            needed=True,
            given=("yes",),
        ),
        Field("to_reporter", "What they are told beyond that", hint="Nothing of anybody's record. Optional."),
        Field("office", "Who follows up: at which office", Ask.ONE, "", _sorted(offices)),
        Field("name", "Who follows up: whom there", Ask.LINE, "A name."),
        Field("what", "What they take over"),
        Field("no_follow_up_because", "Or why nobody has to follow up"),
    )


def assessment(asked: Asked) -> Fields:
    """The team's assessment, in its simple form (W-05, W-19)."""
    levels = asked.opened.pack.levels
    met = [
        Option(each.id, each.text, str(in_words(level)))
        for level in _gravest_first()
        for each in levels[level].criteria
    ]
    team = [
        Option(one.id, asked.opened.who(one.id))
        for one in asked.team
        if not one.roles.isdisjoint(MAY[Act.RECORD])
    ]
    yes_or_no = (Option("yes", "Yes"), Option("no", "No"))
    return (
        Field(
            "level",
            "Level",
            Ask.ONE,
            "",
            tuple(Option(each, str(in_words(each))) for each in _gravest_first()),
            needed=True,
        ),
        Field(
            "criteria",
            "Criteria of that level that are met",
            Ask.SEVERAL,
            "At least one.",
            tuple(met),
            needed=True,
        ),
        *(
            Field(f"factor_{kind}", f"{kind.capitalize()} factors", hint="One a line. Optional.")
            for kind in FactorKind
        ),
        Field("rationale", "Why the team comes to this", needed=True),
        Field("threat_of_violence", "A threat of violence?", Ask.ONE, "", yes_or_no, needed=True),
        Field(
            "significant_disruption", "A risk of significant disruption?", Ask.ONE, "", yes_or_no, needed=True
        ),
        Field(
            "participants",
            "Who took part",
            Ask.SEVERAL,
            "Each says so themselves afterwards, or was at a meeting with a quorum.",
            _sorted(team),
            needed=True,
            given=(asked.by.id,),
        ),
        Field("dissent", "Who disagrees, and why", hint="Optional."),
        Field("reason_for_lowering", "Why the level is lower than before", hint="Only if it is."),
    )


def _written(asked: Asked, table: str, what: str) -> Iterable[Option]:
    """The newest record of a kind, if somebody else wrote it."""
    newest = asked.opened.of(table)[-1:]
    return [Option(row["id"], _called(asked, row, what)) for row in newest if row["by"] != asked.by.id]


def _called(asked: Asked, row: Row, what: str) -> str:
    at = asked.opened.when(row.get("at") or row.get("received_at"))
    level = f" {row['level']}" if row.get("level") else ""
    by = f" by {asked.opened.who(row['by'])}" if row.get("by") else ""
    return f"{what}{level}{by}, {at.reads if at else ''}"


def _gravest_first() -> list[Level]:
    return sorted(Level, key=lambda level: -level.gravity)


def _only(options: Sequence[Option]) -> tuple[str, ...]:
    return (options[0].value,) if len(options) == 1 else ()


def _sorted(options: Iterable[Option]) -> tuple[Option, ...]:
    return tuple(sorted(options, key=lambda one: one.reads.casefold()))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
