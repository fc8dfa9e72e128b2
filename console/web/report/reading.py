"""What a form's steps ask for, what would help where it does not fit, and the report that they make."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.web.languages import N_
from console.web.moments import here
from console.web.report.words import IDENTIFIERS
from states.calendar.moments import Here, day
from states.casebook import Casebook
from states.casebook.intake.begun import NOT_TOLD
from states.contents.reports import MOST_NAMED, ReportContent
from states.errors import BadInput
from states.vocabulary.cases import ReportChannel
from states.vocabulary.people import Affiliation

Said = Mapping[str, Sequence[str]]

#: the steps in their order, each with its fields; the last one shows what was written and sends it
STEPS: Mapping[str, tuple[str, ...]] = {
    "what": (
        *("behavior_of_concern", "occurred_on", "occurred_at", "own_observation", "behaviors"),
        *("specific_threat_or_event", "means", "timing", "implied", "ability", "dangers", "threatened_for"),
    ),
    "who": (
        *("name", "location", *map(str, IDENTIFIERS), "other_identification"),
        *("affiliations", "unit", "endangered_names", "endangered"),
    ),
    "you": (
        *("reporter_name", "reporter_phone", "reporter_email", "willing_to_talk", "private"),
        *("has_other_contact", "other_name", "other_phone"),
    ),
    "send": (),
}

#: the fields of which several answers can be chosen
SEVERAL = ("behaviors", "means", "timing", "dangers", "affiliations", "endangered")

#: signs that a box, and that a line takes
LONGEST, LINE = 100_000, 140

#: the fields that take more than a line
BOXES = ("behavior_of_concern", "specific_threat_or_event", "endangered_names")
#: the fields that are answered with yes or no, or not at all: then the report says neither
UNASKED = ("own_observation", "willing_to_talk", "implied", "has_other_contact")
_ANSWERS = {"yes": True, "no": False}
_DAYS = ("occurred_on", "threatened_for")


def one(said: Said, name: str) -> str:
    """The answer in a field; empty: there is none."""
    return next(iter(said.get(name, [])), "")


def wanting(step: str, said: Said, at: Here) -> dict[str, str]:
    """What would help, field by field, before a step's answers can be sent.

    Args:
        step: the step.
        said: what was written.
        at: where and when.
    """
    found: dict[str, str] = {}
    if step == "what" and not one(said, "behavior_of_concern").strip():
        found["behavior_of_concern"] = N_("Write down what happened. One sentence is enough to send it.")
    for name in STEPS[step]:
        longest = LONGEST if name in BOXES else LINE
        if name not in SEVERAL and len(one(said, name)) > longest:
            found[name] = (
                N_("This is more than one report can hold. Send the first part, then add the rest to it.")
                if name in BOXES
                else N_("This line is too short for so much. Put the rest into “What happened?”.")
            )
        elif name == "endangered_names" and not names_fit(said):
            found[name] = N_("Write one name a line, at most 20. Put the rest into “What happened?”.")
        elif name in _DAYS and one(said, name).strip() and not _is_day(one(said, name), name, at):
            found[name] = N_("Choose the day. If you do not know it, leave this empty and say it in words.")
    return found


def names_in(said: Said) -> list[str]:
    """The names of those who may be in danger, one a line."""
    lines = (" ".join(line.split()) for line in one(said, "endangered_names").splitlines())
    return [line for line in lines if line]


def names_fit(said: Said) -> bool:
    """Whether the names of those who may be in danger fit into a report."""
    names = names_in(said)
    return len(names) <= MOST_NAMED and all(len(name) <= LINE for name in names)


def _is_day(text: str, name: str, at: Here) -> bool:
    try:
        day(text, name, at, past=name == "occurred_on")
    except BadInput:
        return False
    return True


def read(said: Said, site: str, book: Casebook, *, imminent: bool, channel: str = "") -> ReportContent:
    """The report that was written; what nobody wrote of a danger that was alarmed says so.

    Args:
        said: all answers.
        site: code of the site.
        book: the casebook.
        imminent: whether somebody is in danger right now.
        channel: how it came in; empty: by this form.

    Raises:
        BadInput: it does not fit.
    """
    at = here(book, site)
    text = one(said, "behavior_of_concern")
    given: dict[str, Any] = {
        "behaviour_of_concern": text if text.strip() or not imminent else NOT_TOLD,
        "behaviours": said.get("behaviors", []),
        "imminent": imminent,
        "private": one(said, "private") == "yes",
    }
    given |= {name: said.get(name, []) for name in ("means", "timing", "dangers", "endangered")}
    given |= {name: one(said, name) for name in ("occurred_at", "specific_threat_or_event", "taken_by")}
    given |= {name: one(said, name) for name in ("occurred_on", "ability") if one(said, name).strip()}
    given |= {name: _ANSWERS.get(one(said, name)) for name in UNASKED}
    given["endangered_names"] = names_in(said)
    if one(said, "threatened_for").strip():
        given["threatened_for"] = day(one(said, "threatened_for"), "threatened_for", at, ahead=True)
    reporter = {part: one(said, f"reporter_{part}") for part in ("name", "phone", "email")}
    # Whoever is named is kept, whatever was answered beside it: nobody loses a witness by a tick.
    other = {part: one(said, f"other_{part}") for part in ("name", "phone")}
    # The plan's form asks for the reporter; what is told without a name is a report all the same.
    named = reporter["name"].strip() and reporter["phone"].strip()
    given |= {"reporter": reporter, "other_contact": other, "follows_up": one(said, "follows_up")}
    given["channel"] = channel or (ReportChannel.FORM if named else ReportChannel.WRITTEN)
    given["subject"] = {
        "site": site,
        "name": one(said, "name"),
        "other_identification": "; ".join(
            filter(None, (one(said, name).strip() for name in ("location", "other_identification")))
        ),
        "identifiers": {kind: one(said, kind) for kind in IDENTIFIERS if one(said, kind).strip()},
        "affiliations": said.get("affiliations") or [Affiliation.UNKNOWN],
        "unit": one(said, "unit"),
    }
    return ReportContent.read(given, at)
