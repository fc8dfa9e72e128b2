"""A short entry for staff who are told a concern by word, by telephone or on paper (W-12, W-54)."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request, Response

from console.shown.phoning import phone_now
from console.web.moments import here
from console.web.pages import desk_of, fields, page, router
from console.web.report.reading import BOXES, LINE, LONGEST, Said, names_fit, one, read
from console.web.report.showing import choices
from console.web.visitors import SignedIn
from states.calendar.moments import moment
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.effects.nonces import Once
from states.casebook.intake import receipts
from states.casebook.intake.reports import Receipt
from states.casebook.persons.searching import may_open
from states.contents.reports import ReportContent
from states.errors import BadInput, Refused
from states.store.threads import told
from states.vocabulary.cases import ReportChannel

routes = router()

#: how somebody may have told it, and what the case calls that; what was told by word is to be written down
HOWS: Mapping[str, tuple[str, ReportChannel]] = {
    "face_to_face": ("By word, face to face", ReportChannel.VERBAL),
    "phone": ("By telephone", ReportChannel.VERBAL),
    "paper": ("On paper, on the form", ReportChannel.PAPER),
    "written": ("In writing, such as a letter or a mail", ReportChannel.WRITTEN),
}

TITLE = "Enter a report that somebody told you"


@routes.get("/report/taken")
async def ask(request: Request, visitor: SignedIn) -> Response:
    """Ask what was told, by whom, how and when."""
    return _form(request, visitor, {}, {})


@routes.post("/report/taken")
async def enter(request: Request, visitor: SignedIn) -> Response:
    """Take it in, once however often it is sent: a danger is alarmed, what is verbal has its clock."""
    book, said = desk_of(request).book, await fields(request)
    found = {} if one(said, "how") in HOWS else {"how": "Say how they told you."}
    found |= wanting(book, said)
    if found:
        return _form(request, visitor, said, found)
    site, how = one(said, "site"), one(said, "how")
    try:
        channel = HOWS[how][1]
        content = written(book, said, channel).model_copy(update={"by_phone": how == "phone"})
        at, told_on = here(book, site), one(said, "told_on").strip()
        received = moment(told_on, "the time", at) if told_on else None
        fresh = receipts.once(book.clock())
        once = Once(fresh.sender, one(said, "once") or fresh.nonce, fresh.expires_at)
        who = visitor.actor
        sent = await told(receipts.send, book, content, once=once, by=who, received_at=received)
    except BadInput as refused:
        return _form(request, visitor, said, {"behavior_of_concern": str(refused)})
    except Refused:
        return _form(request, visitor, {}, {"how": "It was entered already, and is entered once."})
    return await entered(request, visitor, sent, content, then=("/report/taken", "Enter another one"))


def written(book: Casebook, said: Said, channel: ReportChannel) -> ReportContent:
    """The report that whoever was told it wrote down, without what is wanting.

    Raises:
        BadInput: it does not fit.
    """
    imminent = one(said, "danger") == "yes"
    return read(said, one(said, "site"), book, imminent=imminent, channel=channel)


async def entered(
    request: Request, visitor: Visitor, sent: Receipt, content: ReportContent, *, then: tuple[str, str]
) -> Response:
    """Say that a report is entered: where it is, whom to phone in a danger, and what its reporter is given.

    Args:
        request: what is answered.
        visitor: who entered it.
        sent: what became of it.
        content: the report.
        then: where one goes on, and what that is called.
    """
    book, who = desk_of(request).book, visitor.actor
    values = {
        "title": "The report is entered",
        "receipt": receipts.number_of(sent.report_id),
        "secret": receipts.secret_of(book.vault, sent.report_id),
        # Whose report goes to a case that they may not open is not told that it went there.
        "numbers": await told(may_open, book, [sent.number], by=who),
        "verbal": content.channel is ReportChannel.VERBAL,
        "alarmed": await told(phone_now, book, content.subject.site) if content.imminent else None,
        "then": then,
    }
    return page(request, "taken/entered", values, visitor=visitor)


def wanting(book: Casebook, said: Said) -> dict[str, str]:
    """What would help, field by field, before a report that somebody else told can be entered."""
    found: dict[str, str] = {}
    if one(said, "site") not in book.pack.sites:
        found["site"] = "Say where it is: that says which police are told of a danger."
    if one(said, "danger") not in ("yes", "no"):
        found["danger"] = "Say whether somebody is in danger right now."
    if not one(said, "behavior_of_concern").strip():
        found["behavior_of_concern"] = "Write down what they told. One sentence is enough."
    for name in said:
        if len(one(said, name)) > (LONGEST if name in BOXES else LINE):
            found[name] = "This is too long for its field: enter the first part, and add the rest as a note."
    if not names_fit(said):
        found["endangered_names"] = "Write one name a line, at most 20. Put the rest into what they told."
    return found


def _form(request: Request, visitor: SignedIn, said: Said, found: Mapping[str, str]) -> Response:
    book = desk_of(request).book
    values = {
        "title": TITLE,
        "said": said,
        "found": found,
        "once": one(said, "once") or receipts.once(book.clock()).nonce,
        "hows": [(code, called) for code, (called, _) in HOWS.items()],
        "choices": choices(book.pack, str),
        "t": str,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if found else HTTPStatus.OK
    return page(request, "taken/form", values, visitor=visitor, status=status)
