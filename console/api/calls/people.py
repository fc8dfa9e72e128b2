"""Who a case is about, who else is in it, who may be the same person, and where reports belong."""

from console.api.call import Call, Reach
from states.access import Actor
from states.casebook import Casebook
from states.casebook.inquiry import correcting
from states.casebook.persons import joining, relations, searching, subjects, units
from states.casebook.rearranging import merging, moving, withdrawing
from states.casebook.standing import decisions, privacy, reprisal
from states.casebook.team import break_glass, guests
from states.contents.reports import SubjectContent
from states.errors import BadInput
from states.vocabulary.programs import Scope


def decide_subject(
    book: Casebook, number: str, subject: SubjectContent, *, by: Actor, because: str = ""
) -> subjects.Decided:
    """Decide who the person is."""
    return correcting.correct_subject(book, number, subject, by=by, because=because)


def search(
    book: Casebook, *, by: Actor, text: str = "", person: SubjectContent | None = None
) -> list[searching.Hit]:
    """Find cases by whatever one knows: a text as people type it, or what is known of somebody.

    Raises:
        BadInput: neither is given, or both.
    """
    if (person is None) == (not text):
        raise BadInput("Give either a text or a person to look for. Nothing was looked for.")
    return searching.search(book, person or text, by=by)


CALLS = (
    Call("POST /cases/{number}/subject", decide_subject, "Decide who the person is; what was said stays."),
    Call(
        "POST /cases/{number}/subjects/{subject_id}/restoration",
        correcting.restore,
        "Go back to an earlier decision on who the person is.",
    ),
    Call("POST /cases/{number}/unit", units.name, "Say which unit the person belongs to."),
    Call(
        "POST /persons/search",
        search,
        "Find somebody in the cases that you may read; that you did goes on record in each that is shown.",
        scope=Scope.READ,
        example=lambda: {"text": "Sample, Sam"},
    ),
    Call(
        "POST /persons/indexing",
        subjects.reindex_all,
        "Index people of older releases again.",
        gives="indexed",
    ),
    Call("POST /cases/{number}/links", joining.confirm_link, "Say whether two cases are about one person."),
    Call(
        "POST /cases/{number}/links/{other}/removal", joining.unlink, "Take back what was said of two cases."
    ),
    Call(
        "POST /cases/{number}/relations",
        relations.relate,
        "Say what two cases of different people have to do with each other.",
    ),
    Call(
        "POST /cases/{number}/relations/{other}/removal",
        relations.unrelate,
        "Take back what two cases were said to have to do with each other.",
    ),
    Call("POST /cases/{number}/merging", merging.merge, "Merge a case into another one of the same person."),
    Call("POST /cases/{number}/unmerging", merging.unmerge, "Let a case stand on its own again."),
    Call("POST /cases/{number}/splitting", moving.split, "Give reports a case of their own."),
    Call(
        "POST /cases/{number}/reports/{report_id}/move", moving.move_report, "Move a report to another case."
    ),
    Call(
        "POST /cases/{number}/reports/{report_id}/withdrawal",
        withdrawing.withdraw_report,
        "Put on record that a report was taken back, or entered by mistake.",
    ),
    Call(
        "POST /cases/{number}/reports/{report_id}/reinstatement",
        withdrawing.reinstate_report,
        "Let a report count again.",
    ),
    Call(
        "POST /cases/{number}/reports/{report_id}/falsity",
        withdrawing.mark_false,
        "Mark a report deliberately false, once a second member agrees.",
    ),
    Call(
        "POST /cases/{number}/reports/{report_id}/reprisals",
        reprisal.record,
        "Put on record that a reporter is treated badly, that they were asked, or what was done about it.",
    ),
    Call(
        "POST /cases/{number}/reports/{report_id}/privacy-talks",
        privacy.talk,
        "Put on record what was talked about with a reporter who asked for privacy.",
    ),
    Call(
        "POST /cases/{number}/reports/{report_id}/privacy-end",
        privacy.lift,
        "Name a reporter who asked for privacy to those on the case, once somebody talked with them.",
    ),
    Call("GET /cases/{number}/conflicts", decisions.conflicts, "Who is kept out of a case, and why."),
    Call(
        "POST /cases/{number}/conflicts/{member}",
        decisions.decide,
        "Keep a member out of a case, or let them in again.",
        shown=lambda out: {"kept_out": out},
    ),
    Call("POST /cases/{number}/recusal", decisions.recuse, "Keep out of a case yourself."),
    Call("GET /cases/{number}/guests", guests.listed, "Who is, or was, let to a case for a time."),
    Call(
        "POST /cases/{number}/guests/{member}",
        guests.invite,
        "Bring an expert, or a member of another office, onto a case until a time.",
    ),
    Call(
        "POST /cases/{number}/guests/{member}/until",
        guests.let_until,
        "Say anew until when somebody is on a case for a time.",
    ),
    Call("POST /cases/{number}/guests/{member}/end", guests.end, "End somebody's time on a case now."),
    Call(
        "POST /cases/{number}/break-glass",
        break_glass.break_glass,
        "Open a case that you are not on, in an emergency: to read it, for a time.",
        gives="until",
        scope=Scope.GRAVE,
        reach=Reach.ANYBODY,
    ),
    Call(
        "POST /cases/{number}/break-glass/{stay_id}/review",
        break_glass.review,
        "Say, as a second person, whether a case was rightly opened in an emergency.",
    ),
)
