"""Who is on a case for a time: how it reads, and what is asked of whoever lets them in, or reviews it."""

from collections.abc import Iterator

from console.shown.case.asked.choosing import only, yes_or_no
from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Option, by_name
from console.shown.case.opened import Opened, Row, corrected, ways
from console.shown.parts import Moment, Part, Tone, cell, pairs, read, table, when
from states.access import is_kept_out, works_on
from states.vocabulary.people import GuestWay, Role

#: how each came onto the case
CAME = {GuestWay.EXPERT: "brought by", GuestWay.BREAK_GLASS: "opened it in an emergency"}

#: as people type a moment
_TYPED = "As in Fri 27 Nov 2026 5 pm, or tomorrow 5 pm. It ends by itself then."


def inviting(asked: Asked) -> Fields:
    """Who is brought onto the case, until when, and what for."""
    known = asked.case
    fit = by_name(
        asked.person(one.id)
        for one in asked.team
        if not one.roles.isdisjoint((Role.EXPERT, Role.MEMBER))
        and not is_kept_out(one, known)
        and not works_on(one, known)
    )
    return (
        Field("member", "Whom", Ask.ONE, "An expert, or a member who is not on it.", fit, needed=True),
        Field("until", "Until when", Ask.LINE, _TYPED, needed=True),
        Field("reason", "What they are needed for", hint="It is kept with the case.", needed=True),
    )


def lengthening(asked: Asked) -> Fields:
    """Whose time on the case ends at another moment, and at which."""
    return (_guest(asked, GuestWay.EXPERT), Field("until", "Until when", Ask.LINE, _TYPED, needed=True))


def ending(asked: Asked) -> Fields:
    """Whose time on the case ends now."""
    return (_guest(asked, *GuestWay),)


def reviewing(asked: Asked) -> Fields:
    """Whether a case was rightly opened in an emergency, and why."""
    opened = asked.opened
    waiting = tuple(
        Option(row["id"], f"{opened.who(row['member'])}: {row['content']['because']}")
        for row in opened.of("stays", way=GuestWay.BREAK_GLASS)
        if row["reviewed_at"] is None and row["member"] != asked.by.id
    )
    return (
        Field("about", "Who opened it, and why", Ask.ONE, "", waiting, needed=True, given=only(waiting)),
        Field(
            "justified",
            "Was it justified?",
            Ask.ONE,
            "If not, they see the case no more.",
            yes_or_no("It was justified", "It was not justified"),
            needed=True,
        ),
        Field("reason", "Why", hint="The chair and the custodian of records read it.", needed=True),
    )


def _guest(asked: Asked, *ways: GuestWay) -> Field:
    found = by_name(_running(asked, ways))
    return Field("member", "Whom", Ask.ONE, "", found, needed=True, given=only(found))


def _running(asked: Asked, ways: tuple[GuestWay, ...]) -> Iterator[Option]:
    opened = asked.opened
    for row in opened.of("stays"):
        if row["ended_at"] is None and row["way"] in ways:
            until = read(when(row["until"], opened.zone))
            yield Option(row["member"], f"{opened.who(row['member'])}, until {until}")


def stays(opened: Opened) -> Iterator[Part]:
    """Everybody who is, or was, let to the case for a time."""
    rows = [
        (
            opened.who(row["member"]),
            _came(opened, row),
            when(row["until"], opened.zone, Tone.SOFT if row["ended_at"] else Tone.PLAIN),
            "over" if row["ended_at"] else "",
            row["content"]["because"],
            _reviewed(opened, row),
        )
        for row in reversed(opened.of("stays"))
    ]
    if rows:
        yield table(("Who", "How", "Until", "Is", "Why", "Reviewed"), rows)
    for row in opened.of("stays"):
        if row["reviewed_at"] is not None and (opened.ways.get(row["id"]) or corrected(opened, row)):
            yield pairs([("Review", _reviewed(opened, row)), *corrected(opened, row)])
            yield from ways(opened, row["id"])


def now_on(opened: Opened) -> list[str]:
    """Who is on the case for a time, each with until when, as far as nobody ended it."""
    return [
        f"{opened.who(row['member'])} until {Moment(row['until'], opened.zone).spelled}"
        for row in opened.of("stays")
        if row["ended_at"] is None
    ]


def _came(opened: Opened, row: Row) -> str:
    came = CAME[GuestWay(row["way"])]
    return came if row["way"] == GuestWay.BREAK_GLASS else f"{came} {opened.who(row['by'])}"


def _reviewed(opened: Opened, row: Row) -> object:
    if row["way"] != GuestWay.BREAK_GLASS:
        return ""
    if row["reviewed_at"] is None:
        return cell("not yet", Tone.LATE)
    said = "justified" if row["justified"] else "not justified"
    why = f": {row['content']['review']}" if row["content"]["review"] else ""
    return f"{said}, by {opened.who(row['reviewed_by'])}{why}"
