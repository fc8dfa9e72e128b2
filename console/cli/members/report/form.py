"""The incident form at the terminal: field by field, its emergency banner first (W-16)."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Annotated, Any, Protocol

from pydantic import TypeAdapter, ValidationError

from console.cli.terminal.asking import agrees, ask
from states.calendar.moments import Here, day
from states.contents.content import Person
from states.contents.reports import ReportContent, SubjectContent
from states.errors import BadInput
from states.policy.pack import Pack
from states.vocabulary.cases import ReportChannel
from states.vocabulary.danger import Ability, Behaviour, Danger, ThreatMeans, ThreatTiming
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.spelling import words

#: the form's own words
BANNER = "IMPORTANT: IF THIS IS AN EMERGENCY THAT REQUIRES IMMEDIATE ATTENTION, CALL 911."

#: what the form promises
PROMISE = (
    "All reports are handled in a confidential manner whenever possible. The team takes reasonable steps to\n"
    "maintain the privacy of those who make a referral, if they ask for it."
)


#: what a person may be looked up by, as the form asks for it
IDENTIFIERS = {
    IdentifierKind.CAMPUS_ID: "Campus identifier",
    IdentifierKind.EMPLOYEE_ID: "Employee number",
    IdentifierKind.EMAIL: "E-mail address",
    IdentifierKind.PHONE: "Phone number",
    IdentifierKind.LICENSE_PLATE: "License plate",
}


def banner(pack: Pack) -> str:
    """The banner, how each site's police are reached (W-14, W-15), and the plan's examples (W-52)."""
    lines = [BANNER, "", "An emergency is, for example:"]
    lines += [f"  - {text}" for text in pack.examples.emergency.values()]
    lines += ["", "Report other conduct, too, for example:"]
    lines += [f"  - {text}" for text in pack.examples.other]
    lines += ["", "Whom to call:"]
    for site in pack.sites.values():
        urgent, other = (
            "; ".join(str(phone) for phone in phones)
            for phones in (site.police.emergency_phones, site.police.nonemergency_phones)
        )
        lines += [f"  {site.name}: {site.police.name}, {urgent}", f"    not an emergency: {other}"]
    passing = pack.office(pack.custodian_office).name
    lines += ["", f"{passing} passes what is reported here on to the offices concerned."]
    return "\n".join(lines)


class Sooner(Protocol):
    """What is done with a report of danger while it is still being asked for."""

    def begin(self, site: str) -> None:
        """Sound the alarm: somebody is in danger there."""

    def keep(self, given: dict[str, Any]) -> None:
        """Keep what was answered so far."""


def fill_in(pack: Pack, here: Here, sooner: Sooner) -> ReportContent:
    """Ask for every field of the form; questions go to standard error.

    Two answers are enough to call the police: whether somebody is in danger, and where.

    Args:
        pack: the policy in force.
        here: where and when it is filled in.
        sooner: takes what cannot wait for the last answer.

    Raises:
        BadInput: the answers do not make a report.
        Abort: there is no more input; of a danger, what was answered is kept.
    """
    sys.stderr.write(f"{banner(pack)}\n\n{PROMISE}\n\nLeave a field empty if you do not know.\n\n")
    danger = agrees("Is somebody in danger right now?")
    site = _one("Where is the danger?" if danger else "Site", pack.sites, pack.home_site)
    if danger:
        sooner.begin(site)
    given: dict[str, Any] = {"imminent": danger, "subject": {"site": site}}
    for answers in _rest(pack, here, given):
        given |= answers
        if danger:
            sooner.keep(given)
    return ReportContent.read(given)


def _rest(pack: Pack, here: Here, given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Ask for everything else; what is answered is given as soon as it makes sense alone."""
    if given["imminent"]:
        yield {"dangers": _several("What kind of danger?", Danger)}
        yield _lines(ReportContent, threatened_for="If there is a threat: for which day (YYYY-MM-DD)?")
    for subject in _subject(pack, given["subject"]["site"]):
        yield {"subject": subject}
    yield {"channel": _one("How did the report come in?", ReportChannel, ReportChannel.WRITTEN)}
    yield _lines(ReportContent, behaviour_of_concern="Behavior of concern")
    yield {"occurred_on": ask(f"Date of the behavior, as in {here.today} or yesterday", _past_day(here))}
    yield _lines(ReportContent, occurred_at="Time of the behavior")
    yield {"behaviours": _several("Kinds of behavior", Behaviour)}
    yield {"means": _several("If it was a threat: how was it made?", ThreatMeans)}
    yield {"timing": _several("For when?", ThreatTiming)}
    yield {"ability": _one("Could the person carry it out?", Ability, Ability.UNKNOWN)}
    yield {"own_observation": _said("Did the reporter see or hear it themselves?")}
    talk = "Would the reporter be willing to talk with a member of the team?"
    yield {"willing_to_talk": _said(talk)}
    if Behaviour.DOMESTIC_VIOLENCE in given["behaviours"]:
        yield {
            "taken_by": _one("Which office took the report?", ["", *pack.offices], ""),
            "endangered": _several("What is whoever may be in danger?", Affiliation),
        }
    yield {"endangered_names": ask("Who may be in danger: names, with commas between", _names)}
    yield _lines(
        ReportContent, specific_threat_or_event="A specific threat or upcoming event of particular concern"
    )
    # The form itself asks for these two; whoever takes a report otherwise may not have them.
    needed = ("name", "phone") if given["channel"] == ReportChannel.FORM else ()
    yield {
        "reporter": _lines(
            Person, needed, name="Reporter's name", phone="Reporter's phone number", email="Reporter's email"
        )
    }
    others = _said("Does the reporter know anyone else who may have information that would help?")
    yield {"has_other_contact": others}
    if others is not False:
        named = _lines(Person, name="If so: their name", phone="Their phone number")
        yield {"other_contact": named}
    yield {"private": agrees("Does the reporter ask to be kept private?")}


def _subject(pack: Pack, site: str) -> Iterator[dict[str, Any]]:
    """Ask who it is about; gives what is known of them after each answer, so that none is lost."""
    given: dict[str, Any] = {"site": site, "identifiers": {}}
    other = "Other identification (location, car …)"
    for name, question in (("name", "Name of the individual"), ("other_identification", other)):
        given |= _lines(SubjectContent, **{name: question})
        yield given
    for kind, question in IDENTIFIERS.items():
        if value := ask(question, _line):
            given["identifiers"] |= {kind: value}
            yield given
    given["affiliations"] = _several("What are they?", Affiliation) or [Affiliation.UNKNOWN]
    yield given
    given["unit"] = _one("Which unit do they belong to?", ["", *pack.units], "")
    yield given


def _past_day(here: Here) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        # What could mean two days is asked again, with both of them.
        return day(text, "The date", here, past=True).isoformat() if text else None

    return check


def _names(text: str) -> list[str]:
    named = [" ".join(each.split()) for each in text.split(",") if each.strip()]
    return list(_checked(ReportContent.model_fields["endangered_names"], named))


def _line(text: str) -> str:
    return str(_checked(SubjectContent.model_fields["name"], text))


def _lines(model: type[Any], needed: Collection[str] = (), **questions: str) -> dict[str, Any]:
    """Ask for fields of a content, each until it is one; what may stay empty and does is left out."""
    answers = {}
    for name, question in questions.items():
        field = model.model_fields[name]

        def check(text: str, field: Any = field, name: str = name) -> Any:
            if not text.strip():
                if field.is_required() or name in needed:
                    raise BadInput("This field is needed.")
                return None
            return _checked(field, text)

        answers[name] = ask(question, check)
    return {name: value for name, value in answers.items() if value is not None}


def _checked(field: Any, text: str | list[str]) -> Any:
    try:
        return TypeAdapter(Annotated[field.annotation, field]).validate_python(text)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]["msg"]
    message = f"That does not fit: {problem}."
    raise BadInput(message)


#: the answers to what may be left unsaid
_SAID = {"y": True, "yes": True, "n": False, "no": False}


def _said(question: str) -> bool | None:
    """What was said of something; None: nothing was, and nobody takes it for a yes or a no."""

    def check(text: str) -> bool | None:
        said = text.strip().casefold()
        if said and said not in _SAID:
            message = "Answer yes or no, or leave it empty: then nobody said."
            raise BadInput(message)
        return _SAID.get(said)

    return ask(f"{question} [y/n]", check)


def _one(question: str, codes: Iterable[str], default: str) -> str:
    known = list(codes)

    def check(text: str) -> str:
        return _code(text, known) if text.strip() else default

    chosen = f" [{default}]" if default else ""
    return ask(f"{question} ({' / '.join(filter(None, known))}){chosen}", check)


def _several(question: str, codes: Iterable[str]) -> list[str]:
    known = list(codes)

    def check(text: str) -> list[str]:
        return [_code(part, known) for part in text.split(",") if part.strip()]

    return ask(f"{question} (any of {', '.join(map(words, known))}; with commas between)", check)


def _code(text: str, known: list[str]) -> str:
    code = text.strip().casefold().replace(" ", "_")
    if code not in known:
        message = f"That is none of: {', '.join(known)}."
        raise BadInput(message)
    return code
