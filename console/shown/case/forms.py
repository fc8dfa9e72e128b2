"""What a step asks of whoever takes it: fields with words that people know, and what may be chosen."""

from collections.abc import Callable

from console.shown.case.asked.choosing import capital, only, yes_or_no
from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Option, by_name
from console.shown.case.opened import Row
from notifications.messages.wording import in_words
from states.casebook.reading.agreeing import waits_for_agreement
from states.guards.inquiry import unsettled
from states.tables import SourceQuery
from states.vocabulary.cases import Level
from states.vocabulary.plans import Finding, MeetingKind
from states.vocabulary.sources import SourceKind


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
            "What fits best what is known now, by the plan's own words. The team assesses later. Where there "
            "is no risk, a second member agrees, and the report is dismissed.",
            tuple(
                Option(
                    each,
                    str(in_words(each)),
                    points=tuple(criterion.text for criterion in levels[each].criteria),
                )
                for each in _gravest_first()
            ),
            needed=True,
        ),
        Field("reason", "Why", hint="What in the report speaks for it, in a sentence or two.", needed=True),
    )


def assignment(asked: Asked) -> Fields:
    """Who leads, and which offices and members are on the case (W-02)."""
    case, pack = asked.opened.dossier["case"], asked.opened.pack
    fit = asked.lasting
    offices = [Option(code, each.name) for code, each in pack.offices.items() if each.on_team]
    lead = (case["lead"],) if case["lead"] else ()
    return (
        Field("lead", "Who leads the case", Ask.ONE, "", fit, needed=True, given=lead),
        Field(
            "offices",
            "Offices concerned",
            Ask.SEVERAL,
            "Everybody who speaks for one of them sees the case.",
            by_name(offices),
            needed=True,
            given=tuple(case["offices"]),
        ),
        Field(
            "members",
            "Further members, by name",
            Ask.SEVERAL,
            "Whoever is not at one of these offices. Optional.",
            fit,
            given=tuple(case["members"]),
        ),
    )


def agreement(asked: Asked) -> Fields:
    """What a second member agrees with (W-11)."""
    waits = waits_for_agreement(asked.opened.dossier, asked.by)
    found = [
        Option(row["id"], _called(asked, row, "Assessment" if "participants" in row else "Screening"))
        for row in waits
    ]
    # The newest is the one that the next step goes by.
    newest = tuple(each.value for each in found[:1])
    return (
        Field("about", "What you agree with", Ask.ONE, "", tuple(found), needed=True, given=newest),
        Field("reason", "Anything to add", hint="Optional."),
    )


def participation(asked: Asked) -> Fields:
    """The assessment in which somebody took part (W-19)."""
    named = [row for row in asked.opened.of("assessments") if asked.by.id in row["participants"]]
    found = [Option(row["id"], _called(asked, row, "Assessment")) for row in reversed(named)]
    return (
        Field(
            "about",
            "What you took part in",
            Ask.ONE,
            "",
            tuple(found),
            needed=True,
            # The newest is the one that is waited for.
            given=tuple(each.value for each in found[:1]),
        ),
    )


def waiver(asked: Asked) -> Fields:
    """A source that the team goes on without, and why (W-17)."""
    opened, course = asked.opened, asked.opened.dossier["case"]["began_seq"]
    asked_for = [row for row in opened.of("source_queries") if row["seq"] >= course]
    waiting = unsettled([SourceQuery(**{**row, "content": b""}) for row in asked_for])
    kinds = [SourceKind(row.kind) for row in waiting] or [each.kind for each in opened.pack.sources]
    options = tuple(Option(kind, capital(opened.pack.called(kind))) for kind in dict.fromkeys(kinds))
    return (
        Field("kind", "Which source", Ask.ONE, "", options, needed=True, given=only(options)),
        Field("reason", "Why the team goes on without it", hint="It is kept with the case.", needed=True),
    )


def looking_up(asked: Asked) -> Fields:
    """A kind of source, and why it is asked (P-03)."""
    pack, mine = asked.opened.pack, set(asked.opened.dossier["case"]["affiliations"])
    kinds = [each.kind for each in pack.sources if not mine.isdisjoint(each.affiliations)]
    options = tuple(Option(kind, capital(pack.called(kind))) for kind in dict.fromkeys(kinds))
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
        Field("at", "When", Ask.LINE, "As in Fri 27 Nov 2026 5 pm, tomorrow 5 pm, or now.", needed=True),
    )


def unit(asked: Asked) -> Fields:
    """Which unit the person belongs to (W-22)."""
    units = [Option(code, each.name) for code, each in asked.opened.pack.units.items()]
    return (Field("unit", "The person's unit", Ask.ONE, "", by_name(units), needed=True),)


def follow_up(asked: Asked) -> Fields:
    """The verbal report whose written follow-up is waived, and why (W-12)."""
    waiting = [row for row in asked.opened.of("reports", channel="verbal") if row["follow_up"] is None]
    found = [Option(row["id"], _called(asked, row, "Report by word of mouth")) for row in waiting]
    return (
        Field("about", "Which report", Ask.ONE, "", tuple(found), needed=True, given=only(found)),
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
    found = tuple(Option(each, capital(reads)) for each, reads in said.items())
    return (
        Field("text", "How the matter ended", needed=True),
        Field("threat", "Does the person pose a threat of violence?", Ask.ONE, "", found, needed=True),
        Field("disruption", "Is there a risk of significant disruption?", Ask.ONE, "", found, needed=True),
        Field(
            "tell_reporter",
            "May the person who reported be told that it is concluded?",
            Ask.ONE,
            "",
            yes_or_no(),
            needed=True,
            given=("yes",),
        ),
        Field("to_reporter", "What they are told beyond that", hint="Nothing of anybody's record. Optional."),
        Field("office", "Who follows up: at which office", Ask.ONE, "", by_name(offices)),
        Field("name", "Who follows up: whom there", Ask.LINE, "A name."),
        Field("what", "What they take over"),
        Field("no_follow_up_because", "Or why nobody has to follow up"),
    )


def _called(asked: Asked, row: Row, what: str) -> str:
    at = asked.opened.when(row.get("at") or row.get("received_at"))
    level = f" {row['level']}" if row.get("level") else ""
    by = f" by {asked.opened.who(row['by'])}" if row.get("by") else ""
    return f"{what}{level}{by}, {at.spelled if at else ''}"


def _gravest_first() -> list[Level]:
    return sorted(Level, key=lambda level: -level.gravity)
