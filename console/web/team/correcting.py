"""The team's own records set right: a review of the plan, an agreement, minutes of the semester's meeting."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.asked.fields import Ask, Field, Fields, Option, by_name, lacking
from console.web.cases.looking import Look, refused
from console.web.cases.steps.step import Given
from console.web.moments import here
from console.web.pages import desk_of, fields, page, router
from console.web.team.agreements import DAY, entering
from console.web.visitors import SignedIn
from states.access import Act, Actor, permit
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.landing import semester_meetings
from states.casebook.rearranging import of_team
from states.casebook.team import members, reviews
from states.casebook.team.upkeep import agreements
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.store.threads import told
from states.vocabulary.times import on_day
from tasks.drafts.link_paths import AGREEMENTS, REVIEWS, SEMESTER_MEETING

routes = router()

#: where a record of the team's is corrected, by its kind and its id
CORRECTING = "/team/correct/{kind}/{record}"

#: why it is corrected
_WHY = Field("reason", "Why it is corrected", hint="It stands beside the former wording.", needed=True)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of record that is corrected here.

    Args:
        called: what its page is called.
        asks: its fields, each with what is on record in it.
        back: where it is shown.
    """

    called: str
    asks: Callable[[Casebook, str, Actor], Fields]
    back: Callable[[str], str]


def _of_review(book: Casebook, record: str, by: Actor) -> Fields:
    line = _one(each for each in reviews.listed(book, by=by) if each.review_id == record)
    holds = Field(
        "effective_at",
        "From which day it holds",
        Ask.LINE,
        DAY,
        needed=True,
        given=(on_day(line.effective_at.astimezone(here(book).zone)),),
    )
    if line.approved_by:
        hint = "Which sections were revised is approved in these words: another review tells what is right."
        return (
            Field(
                "approved_by",
                "Who approved it, by name",
                Ask.LINE,
                hint,
                needed=True,
                given=(line.approved_by,),
            ),
            holds,
        )
    return (
        Field("sections_revised", "Which sections were revised", needed=True, given=(line.sections_revised,)),
        holds,
    )


def _of_agreement(book: Casebook, record: str, by: Actor) -> Fields:
    line = _one(each for each in agreements.listed(book, by=by) if each.agreement_id == record)
    zone = here(book).zone
    asked = {each.name: each for each in entering(book.pack) if isinstance(each, Field)}

    def day(at: datetime | None) -> tuple[str, ...]:
        return () if at is None else (on_day(at.astimezone(zone)),)

    given = {"partner": (line.partner,), "purpose": (line.purpose,), "kinds": tuple(line.kinds)}
    hint, looked = f"{DAY} Leave it empty where nobody has.", day(line.reviewed_at)
    looked_at = Field("reviewed_at", "On which day it was looked at again", Ask.LINE, hint, given=looked)
    return (
        *(replace(asked[name], given=given[name]) for name in given),
        replace(asked["signed"], name="signed_at", given=day(line.signed_at)),
        replace(asked["ends"], name="ends_at", given=day(line.ends_at)),
        looked_at,
    )


def _of_minutes(book: Casebook, record: str, by: Actor) -> Fields:
    said = semester_meetings.read(book, record, by=by).said
    names = members.names(book, by=by)
    there = {member.id for member, _ in members.members(book, by=by)} | set(said.present)
    team = by_name(Option(each, names.get(each, each)) for each in there)
    return (
        Field("present", "Who was there", Ask.SEVERAL, "", team, needed=True, given=said.present),
        Field("minutes", "Minutes", needed=True, given=(said.minutes,)),
        Field("suggestions", "Suggestions", hint="Each on a line.", given=("\n".join(said.suggestions),)),
    )


def _one(found: Any) -> Any:
    line = next(found, None)
    if line is None:
        raise UnknownRecord("The team has no such record.")
    return line


_KINDS: Mapping[str, _Kind] = {
    "review": _Kind("Correct a review of the plan", _of_review, lambda _record: REVIEWS),
    "agreement": _Kind("Correct an agreement", _of_agreement, lambda _record: AGREEMENTS),
    "minutes": _Kind(
        "Correct the minutes of the semester's meeting",
        _of_minutes,
        lambda record: f"{SEMESTER_MEETING}/{record}",
    ),
}


@routes.get(CORRECTING)
async def show(request: Request, kind: str, record: str, visitor: SignedIn) -> Response:
    """Show a record as it stands, to be set right.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: there is no such record.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    asked = await told(_kind(kind).asks, desk_of(request).book, record, visitor.actor)
    return _page(request, visitor, kind, record, Look((*asked, _WHY), {}))


@routes.post(CORRECTING)
async def correct(request: Request, kind: str, record: str, visitor: SignedIn) -> Response:
    """Correct a record; its former wording stays beside it.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: there is no such record.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    book, said = desk_of(request).book, await fields(request)
    asked = (*await told(_kind(kind).asks, book, record, visitor.actor), _WHY)
    look = Look(asked, said, beside=lacking(asked, said))
    if not look.beside:
        given = Given(said, asked)
        right = dict(_right(given, asked[:-1]))
        try:
            await told(of_team.put_right, book, record, right, by=visitor.actor, because=given.one("reason"))
        except (BadInput, Refused, NotPermitted) as refusal:
            look = refused(look, refusal)
        else:
            return RedirectResponse(_kind(kind).back(record), HTTPStatus.SEE_OTHER)
    return _page(request, visitor, kind, record, look)


def _right(given: Given, asked: Fields) -> Iterator[tuple[str, object]]:
    for each in asked:
        if not isinstance(each, Field):
            continue
        if each.ask is Ask.SEVERAL:
            # In the order in which they stand there, so that ticking nobody else changes nothing.
            chosen = given.several(each.name)
            kept = [one for one in each.given if one in chosen]
            yield each.name, [*kept, *(one for one in chosen if one not in kept)]
        elif each.name.endswith("_at"):
            # A day that stands there as it was asked is its moment as it was, whatever hour that is.
            if given.one(each.name) != "".join(each.given):
                yield each.name, given.one(each.name) or None
        else:
            yield each.name, given.lines(each.name) if each.name == "suggestions" else given.one(each.name)


def _kind(kind: str) -> _Kind:
    if kind not in _KINDS:
        raise UnknownRecord("The team has no such record.")
    return _KINDS[kind]


def _page(request: Request, visitor: Visitor, kind: str, record: str, look: Look) -> Response:
    values = {
        "title": _kind(kind).called,
        "back": _kind(kind).back(record),
        "at": CORRECTING.format(kind=kind, record=record),
        "look": look,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if look.beside or look.problems else HTTPStatus.OK
    return page(request, "team/correct", values, visitor=visitor, status=status)
