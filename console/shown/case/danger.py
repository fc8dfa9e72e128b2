"""What stays on a case's head while its danger stands, and who took its alarm over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from console.shown.alarms import WAYS
from console.shown.case.opened import Opened, Row
from notifications.messages.wording import in_words
from states.policy.places import PoliceContact
from states.standing_level import GRAVE
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.danger import AlarmCause, AnswerWay, Danger

#: what an alarm says of itself, by what sounded it
_SOUNDED: Mapping[str, str] = {
    AlarmCause.RAISED: "Alarm raised",
    AlarmCause.IMMINENT_REPORT: "Reported as imminent danger",
    AlarmCause.SCREENED: "Screened as grave",
    AlarmCause.ASSESSED: "Assessed as grave",
    AlarmCause.FURTHER_SITE: "Danger at a further site",
}


@dataclass(frozen=True, slots=True)
class Ringing:
    """An alarm that nobody has taken over, and that no newer one goes on in the place of.

    Args:
        alarm: the alarm's id.
        since: when it sounded.
        police: who answers an emergency where the danger is.
        what: how it came, and what makes it an emergency.
    """

    alarm: str
    since: datetime
    police: PoliceContact
    what: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A danger that somebody took over, and that nobody has screened or assessed as lower since.

    Args:
        alarm: the alarm's id.
        what: how it came, and what makes it an emergency.
        by: who took it over; empty: nobody wrote that down.
        at: when.
    """

    alarm: str
    what: str
    by: str
    at: datetime


def what(alarm: Row) -> str:
    """How an alarm came, and what makes it an emergency."""
    dangers = ", ".join(str(in_words(Danger(each))) for each in alarm["dangers"])
    return _SOUNDED[alarm["cause"]] + (f": {dangers}" if dangers else "")


def ringing(opened: Opened) -> tuple[Ringing, ...]:
    """The alarms that nobody has taken over."""
    return tuple(
        Ringing(row["id"], row["at"], opened.pack.site(row["site"]).police, what(row))
        for row in opened.of("alarms")
        if row["taken_over_at"] is None and row["followed_by"] is None
    )


def standing(opened: Opened) -> Standing | None:
    """The danger that stands; None: there is none, it was found to be lower, or nobody has taken it over."""
    alarms = [row for row in opened.of("alarms") if row["followed_by"] is None]
    case = opened.dossier["case"]
    if not alarms or alarms[-1]["taken_over_at"] is None or case["state"] == CaseState.CLOSED:
        return None
    alarm = alarms[-1]
    if is_judged(opened, alarm) and _level(case) not in GRAVE:
        return None
    by = [taker(opened, each) for each in opened.of("alarm_answers", alarm_id=alarm["id"], took_over=True)]
    return Standing(alarm["id"], what(alarm), by[0] if by else "", alarm["taken_over_at"])


def is_judged(opened: Opened, alarm: Row) -> bool:
    """Whether somebody has screened or assessed the case since an alarm sounded, or as it did."""
    own = alarm["cause"] in (AlarmCause.SCREENED, AlarmCause.ASSESSED)
    return own or any(
        row["seq"] > alarm["seq"] for row in (*opened.of("screenings"), *opened.of("assessments"))
    )


def _level(case: Row) -> Level | None:
    said = case["level"] or case["provisional_level"]
    return None if said is None else Level(said)


def taker(opened: Opened, answer: Row) -> str:
    """Who answered an alarm: name or badge, agency, and how they said so."""
    said = answer["content"]
    agency = said.get("agency") or (opened.whom(answer["recipient"]) if answer["recipient"] else "")
    who = ", ".join(dict.fromkeys(one for one in (said.get("who"), agency) if one))
    entered = f" ({opened.who(answer['by'])})" if answer["way"] == AnswerWay.TEAM else ""
    return f"{who}, {WAYS[answer['way']]}{entered}"
