"""What is asked of whoever plans: the plan with its actions, its approval, what was done, and coming back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from console.shown.case.asked.choosing import capital, only, yes_or_no
from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Group, Option, Said
from console.shown.case.measures.carried import goes_on_from, in_force, is_open, newest, unsent
from console.shown.case.opened import Opened, Row
from notifications.messages.wording import in_words
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.plans import MeasureArea, PlanKind, PlanTopic
from states.vocabulary.spelling import words
from states.vocabulary.times import on_day

#: what may be recommended; a copy of an order goes out by itself
RECOMMENDED = tuple(kind for kind in ReferralKind if kind is not ReferralKind.PROTECTIVE_ORDER)

#: how a time is typed
TYPED = "As in Fri 27 Nov 2026, or tomorrow 5 pm."

#: why it is said at what an action is aimed, and that nobody says it
_AIMED = "The plan then shows it under that heading."
_NO_AREA = Option("", "None of these in particular")

#: how it is said what comes first
_AFTER = "Numbers of those that are to be done first, as in 1, 3. Optional; no day moves by it."

#: at what an action may be aimed
AREAS = tuple(Option(each, capital(words(each))) for each in MeasureArea)

#: options from which on they are folded into a list
_A_LIST = 8

#: what stands under each topic of a plan
_ON: dict[PlanTopic, str] = {
    PlanTopic.SUBJECT: "What is done with and for the person.",
    PlanTopic.TARGETS: "How those in danger are protected, and who speaks with them.",
    PlanTopic.ESCALATION: "What would show that it gets worse, and what is done then.",
    PlanTopic.PRECIPITATING_EVENTS: "What may set it off, such as a hearing or an anniversary, and when.",
}


def drafting(asked: Asked) -> Fields:
    """A plan with its actions and referrals (W-07 to W-10), begun with what the last one says.

    Where somebody else drafts one meanwhile, what they wrote stands beside it.
    """
    return tuple(
        each if each.name == "library" else replace(each, on_record=True) for each in _drafting(asked)
    )


def _drafting(asked: Asked) -> tuple[Field | Group, ...]:
    opened = asked.opened
    level = opened.dossier["case"]["level"]
    kind = opened.pack.levels[level].plan if level else None
    last = next(iter(opened.of("plans")[-1:]), None)
    said: Row = last["content"] if last else {}
    targets = [Option(row["id"], row["content"]["name"]) for row in opened.of("targets")]
    kinds = tuple(Option(each, str(in_words(each))) for each in PlanKind)
    topics = tuple(
        Field(
            f"topics.{topic}",
            capital(str(in_words(topic))),
            hint=f"{hint} A Threat Management Plan has to say it; else optional.",
            given=_given(said.get("topics", {}).get(topic)),
        )
        for topic, hint in _ON.items()
    )
    return (
        Field("kind", "Kind of plan", Ask.ONE, "", kinds, needed=True, given=(kind,) if kind else ()),
        Field("summary", "In short", hint="Optional.", given=_given(said.get("summary"))),
        *topics,
        *(
            (
                Field(
                    "targets",
                    "Whom it protects",
                    Ask.SEVERAL,
                    "Everybody on record who may be in danger.",
                    tuple(targets),
                    given=tuple(value.value for value in targets),
                ),
            )
            if targets
            else ()
        ),
        *_library(asked),
        Group(
            "actions",
            "Action",
            (
                Field("what", "What is done", needed=True),
                Field("area", "What it is aimed at", Ask.ONE, _AIMED, (_NO_AREA, *AREAS), given=("",)),
                Field("owner", "Who does it", Ask.ONE, "", asked.able, needed=True),
                Field("due_at", "By when", Ask.LINE, TYPED, needed=True),
                Field(
                    "initial",
                    "Before the person comes back?",
                    Ask.ONE,
                    "",
                    yes_or_no("Has to be done before", "May go on after"),
                    given=("yes",),
                ),
                Field("after", "Comes after", Ask.ROWS, _AFTER),
                *_going_on(opened),
            ),
            "What somebody does, by when. An action that is left empty is left out.",
            begun=_begun(asked, _open(opened, last)),
            needed=True,
            under="" if _library(asked) else "Actions",
        ),
        *_staying(asked, _open(opened, last)),
        Group(
            "referrals",
            "Referral",
            (
                Field(
                    "kind",
                    "What is recommended",
                    Ask.ONE,
                    "",
                    tuple(Option(each, capital(str(in_words(each)))) for each in RECOMMENDED),
                    needed=True,
                ),
                Field(
                    "recommendation",
                    "In the team's words",
                    hint="It goes to the office, and to the vice president of the unit. It recommends, and "
                    "prescribes nothing.",
                    needed=True,
                ),
            ),
            "They leave once the plan is in action. Optional.",
            begun=_unsent(opened, last),
            under="Referrals",
        ),
    )


def _library(asked: Asked) -> tuple[Field, ...]:
    """What the policy pack has for whoever drafts a plan to choose from."""
    options = tuple(
        Option(f"{area}.{place}", text, capital(words(area)))
        for area, entry in asked.opened.pack.measures.items()
        for place, text in enumerate(entry.what)
    )
    hint = "Tick what fits, then press “Room for another action”: each then stands below, to be changed."
    found = Field("library", "Measures to choose from", Ask.SEVERAL, hint, options, under="Actions")
    return (found,) if options else ()


def chosen(asked: Asked, said: Said) -> Said:
    """The same answers, with an action for each measure that was chosen."""
    texts = {each.value: each.reads for field in _library(asked) for each in field.options}
    wanted = [value for value in said.get("library", ()) if value in texts]
    places = [int(name.split(".")[1]) for name in said if re.fullmatch(r"actions\.\d{1,2}\.what", name)]
    first = max(places, default=-1) + 1
    added: dict[str, list[str]] = {}
    for place, value in enumerate(wanted, first):
        added[f"actions.{place}.what"] = [texts[value]]
        added[f"actions.{place}.area"] = [value.partition(".")[0]]
    return {name: given for name, given in said.items() if name != "library"} | added


def _given(said: object) -> tuple[str, ...]:
    return (str(said),) if said else ()


def _open(opened: Opened, plan: Row | None) -> list[Row]:
    """What of the last plan is still to be done."""
    rows = opened.of("plan_actions", plan_id=plan["id"]) if plan else []
    return [row for row in rows if is_open(row) and not _is_over(goes_on_from(opened, row))]


def _is_over(action: Row | None) -> bool:
    """Whether what an action of a draft goes on from is done already."""
    return action is not None and action["done_at"] is not None


def _going_on(opened: Opened) -> tuple[Field, ...]:
    """Of which action in force one is what it goes on as; not asked where there is none."""
    options = _in_force(opened)
    # A list too long to stand open has room for no choice of its own.
    none = (Option("", "From none: it is a new one"),) if len(options) < _A_LIST else ()
    hint = "That one then ends, and this one is what is left to do."
    asked = Field("continues", "Goes on from", Ask.ONE, hint, (*none, *options), given=("",))
    return (asked,) if options else ()


def _in_force(opened: Opened) -> tuple[Option, ...]:
    """The open actions in force, each with whoever does it."""
    return tuple(
        Option(row["id"], f"{row['content']['what']} ({opened.who(row['owner']) or 'nobody yet'})")
        for row in in_force(opened)
        if is_open(row)
    )


def _staying(asked: Asked, begun: Sequence[Row]) -> tuple[Field, ...]:
    """Which actions in force stay as they are; at first those that no action of the form goes on from."""
    options = _in_force(asked.opened)
    carried = {_from(asked.opened, row) for row in begun}
    hint = "What no action above goes on from, and is still to be done: it keeps its owner and its day."
    left = tuple(each.value for each in options if each.value not in carried)
    field = Field("stay_open", "Stay open beside this plan", Ask.SEVERAL, hint, options, given=left)
    return (field,) if options else ()


def _begun(asked: Asked, rows: Sequence[Row]) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    numbers = {row["id"]: str(number) for number, row in enumerate(rows, 1)}
    opened = asked.opened
    going_on = bool(_going_on(opened))
    return tuple(
        {
            "what": (row["content"]["what"],),
            "area": (row["content"].get("area") or "",),
            "owner": _given(row["owner"]),
            # What has passed is said anew.
            "due_at": _ahead(asked, row),
            "initial": ("yes" if row["initial"] else "no",),
            # What is done already is nothing to wait for any more.
            "after": _given(
                ", ".join(numbers[each] for each in row["content"].get("after", ()) if each in numbers)
            ),
            **({"continues": (_from(opened, row),)} if going_on else {}),
            **({} if _ahead(asked, row) else {"due_at.hint": (_passed(opened, row),)}),
        }
        for row in rows
    )


def _from(opened: Opened, row: Row) -> str:
    """The open action in force that one of the last plan goes on from: itself, once that is in force."""
    from_ = newest(opened, goes_on_from(opened, row) or row)
    return from_["id"] if from_ in in_force(opened) and is_open(from_) else ""


def _ahead(asked: Asked, row: Row) -> tuple[str, ...]:
    if row["due_at"] is None or row["due_at"] <= asked.now:
        return ()
    # As it is typed, by the clock of the site.
    at = row["due_at"].astimezone(asked.opened.zone)
    return (f"{on_day(at)} {at:%H:%M}",)


def _passed(opened: Opened, row: Row) -> str:
    was = opened.until(row["due_at"])
    return f"It was {was.spelled}, which has passed: say by when it is now. {TYPED}" if was else TYPED


def _unsent(opened: Opened, plan: Row | None) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """The referrals of the last draft, none of which has left."""
    rows = unsent(opened, plan) if plan else []
    return tuple(
        {"kind": (row["kind"],), "recommendation": _given(row["content"].get("recommendation"))}
        for row in rows
    )


def approving(asked: Asked) -> Fields:
    """The newest plan, if somebody else wrote it (W-20)."""
    newest = asked.opened.of("plans")[-1:]
    found = tuple(
        Option(row["id"], f"The {in_words(PlanKind(row['kind']))} by {asked.opened.who(row['by'])}")
        for row in newest
        if row["standing"] == "draft" and row["by"] != asked.by.id
    )
    return (Field("about", "Which plan", Ask.ONE, "", found, needed=True, given=only(found)),)


def acted(asked: Asked) -> Fields:
    """An action that is done, or goes on, and what came of it (W-45)."""
    opened = asked.opened
    agreed = opened.of("plan_actions", plan_id=None)
    every = [row for row in opened.of("plan_actions") if row in agreed or row in in_force(opened)]
    # What was carried to the case that goes on is nobody's here.
    runs = [row for row in every if is_open(row) and row["owner"]]
    mine = [row for row in runs if row["owner"] == asked.by.id]
    found = tuple(
        Option(row["id"], f"{row['content']['what']} ({opened.who(row['owner'])}, {_day(asked, row)})")
        for row in (*mine, *(row for row in runs if row not in mine))
    )
    return (
        Field("about", "Which action", Ask.ONE, "", found, needed=True, given=only(found)),
        Field("done", "How far is it?", Ask.ONE, "", yes_or_no("It is done", "It goes on"), needed=True),
        Field("report", "What came of it", hint="Needed where it goes on; else optional."),
    )


def coming_back(asked: Asked) -> Fields:
    """Conditions and check-ins under which the person comes back (W-45)."""
    return (
        Group(
            "conditions",
            "Condition",
            (Field("text", "What is agreed with the person", needed=True),),
            "Under which they come back, or go on.",
            needed=True,
            under="Conditions",
        ),
        Group(
            "check_ins",
            "Check-in",
            (
                Field("what", "What is looked at", needed=True),
                Field("owner", "Who speaks with them", Ask.ONE, "", asked.able, needed=True),
                Field("due_at", "When", Ask.LINE, TYPED, needed=True),
            ),
            "When somebody sees how it goes.",
            needed=True,
            spare=2,
            under="Check-ins",
        ),
    )


def checking_in(asked: Asked) -> Fields:
    """A check-in that took place, or is waived (W-45)."""
    opened = asked.opened
    runs = [row for row in opened.of("check_ins") if row["done_at"] is None and not row["waived"]]
    found = tuple(
        Option(row["id"], f"{row['content']['what']} ({opened.who(row['owner'])}, {_day(asked, row)})")
        for row in runs
    )
    return (
        Field("about", "Which check-in", Ask.ONE, "", found, needed=True, given=only(found)),
        Field("done", "Did it take place?", Ask.ONE, "", yes_or_no("Yes", "No, it is waived"), needed=True),
        Field("reason", "Why it is waived", hint="Only if it is."),
    )


def _day(asked: Asked, row: Row) -> str:
    at = asked.opened.until(row["due_at"])
    return at.spelled if at else ""


def referring(_asked: Asked) -> Fields:
    """What is recommended to an office at once, whatever stage the case is at (W-22 to W-25)."""
    kinds = tuple(Option(each, capital(str(in_words(each)))) for each in RECOMMENDED)
    return (
        Field("kind", "What is recommended", Ask.ONE, "", kinds, needed=True),
        Field(
            "recommendation",
            "In the team's words",
            hint="It recommends, and prescribes nothing.",
            needed=True,
        ),
    )
