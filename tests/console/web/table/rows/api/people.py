"""The API: who a case is about, who else is in it, who may be the same person, and where reports belong."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count

from console.invented import examples
from states.casebook.inquiry import assessing, triage
from states.casebook.inquiry.correcting import correct_subject
from states.casebook.intake import reports
from states.casebook.persons import joining, relations
from states.casebook.rearranging import merging, withdrawing
from states.casebook.standing import privacy
from states.casebook.team import guests
from states.casebook.team import members as team
from states.casebook.team.break_glass import break_glass
from states.contents.reports import ReportContent, SubjectContent
from states.contents.team import MemberContent
from states.vocabulary.cases import Relation
from states.vocabulary.people import Role
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, Room, but, readers
from tests.console.web.table.programs import (
    FORBIDDEN,
    IN_THE_WAY,
    WHY,
    done,
    neighbor,
    on_case,
    only_for,
    only_not,
    programs,
    theirs,
    with_another,
)
from tests.console.web.table.rows.api.reports import reported
from tests.console.web.table.rows.cases import NO_CASES

_NUMBERS = count(1)


def _other(served: Served, _number: str) -> Mapping[str, str]:
    """A case that the officer leads, too, and that nobody else was let to."""
    other = served.walk.reported()
    triage.assign(served.book, other, by=served.walk.chair, lead="officer", offices=[])
    return {"other": other}


def _linked(served: Served, number: str) -> Mapping[str, str]:
    made = _other(served, number)
    joining.confirm_link(
        served.book, number, made["other"], by=served.walk.chair, same_person=True, because="Invented."
    )
    return made


def _related(served: Served, number: str) -> Mapping[str, str]:
    made = _other(served, number)
    by = served.walk.chair
    relations.relate(served.book, number, made["other"], Relation.OTHER, by=by, because="Invented.")
    return made


def _to_merge(served: Served, _: str) -> Mapping[str, str]:
    number = theirs(served, served.walk.reported())
    return {"number": number, **_linked(served, number)}


def _merged(served: Served, number: str) -> Mapping[str, str]:
    made = _to_merge(served, number)
    by = served.walk.chair
    merging.merge(served.book, made["number"], made["other"], by=by, because="Invented.")
    return made


def _report(served: Served, number: str) -> Mapping[str, str]:
    return {"report_id": reported(served, number)}


def _to_move(served: Served, number: str) -> Mapping[str, str]:
    return {**_report(served, number), **_other(served, number)}


def _withdrawn(served: Served, number: str) -> Mapping[str, str]:
    made = _report(served, number)
    by = served.walk.chair
    withdrawing.withdraw_report(served.book, number, made["report_id"], by=by, because="Invented.")
    return made


def _found_false(served: Served, number: str) -> Mapping[str, str]:
    """A report of which the neighbor found that it is false."""
    made = _report(served, number)
    assessing.concur(served.book, number, by=neighbor(served), about=made["report_id"])
    return made


def _private(served: Served, number: str) -> Mapping[str, str]:
    content = ReportContent(
        behaviour_of_concern="Invented behavior.",
        subject=SubjectContent(name="invented-subject-name", site="silver_city"),
        private=True,
    )
    receipt = reports.report(served.book, content, by=served.walk.chair, into=number)
    return {"report_id": receipt.report_id, "now": served.book.clock().isoformat()}


def _talked(served: Served, number: str) -> Mapping[str, str]:
    made = _private(served, number)
    said = examples.privacy_talk().model_copy(update={"talked_at": served.book.clock()})
    privacy.talk(served.book, number, made["report_id"], said, by=served.walk.chair)
    return made


def _decided(served: Served, number: str) -> Mapping[str, str]:
    """Two decisions on who the person is: the first is gone back to."""
    for name in ("invented-first-name", "invented-second-name"):
        subject = SubjectContent(name=f"{name}-{next(_NUMBERS)}", site="silver_city")
        correct_subject(served.book, number, subject, by=served.walk.chair, because="Invented.")
    return {"subject_id": served.walk.records(number, "subjects")[-2]["id"]}


def _new(served: Served, role: Role) -> str:
    member = f"new-{next(_NUMBERS)}"
    content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
    team.enrol(served.book, member, content, by=served.walk.chair, roles=[role])
    return member


def _member(served: Served, _: str) -> Mapping[str, str]:
    return {"member": _new(served, Role.MEMBER)}


def _expert(served: Served, _: str) -> Mapping[str, str]:
    until = served.book.clock() + timedelta(days=1)
    return {"member": _new(served, Role.EXPERT), "until": until.isoformat()}


def _guest(served: Served, number: str) -> Mapping[str, str]:
    made = _expert(served, number)
    until = served.book.clock() + timedelta(days=2)
    by = served.walk.chair
    guests.invite(served.book, number, made["member"], by=by, until=until, because="Invented.")
    return made


def _broken(served: Served, number: str) -> Mapping[str, str]:
    member = _new(served, Role.MEMBER)
    break_glass(served.book, number, by=team.actor(served.book, member), because="Invented emergency.")
    return {"stay_id": served.walk.records(number, "stays")[-1]["id"]}


def _of_their_own(served: Served, _: str) -> Mapping[str, str]:
    return {"number": theirs(served, served.walk.reported())}


ROOM = Room(
    {
        "POST /api/cases/{number}/subject": done(),
        "POST /api/cases/{number}/subjects/{subject_id}/restoration": done(),
        "POST /api/cases/{number}/unit": done(),
        "POST /api/persons/search": only_not(*NO_CASES),
        "POST /api/persons/indexing": only_for("chair", "operator"),
        "POST /api/cases/{number}/links": with_another(),
        "POST /api/cases/{number}/links/{other}/removal": with_another(),
        "POST /api/cases/{number}/relations": with_another(),
        "POST /api/cases/{number}/relations/{other}/removal": with_another(),
        "POST /api/cases/{number}/merging": with_another(),
        # Of which it is a part stands in the case itself.
        "POST /api/cases/{number}/unmerging": but(with_another(), FORBIDDEN, "break-glass"),
        "POST /api/cases/{number}/splitting": done(),
        "POST /api/cases/{number}/reports/{report_id}/move": with_another(),
        "POST /api/cases/{number}/reports/{report_id}/withdrawal": done(),
        "POST /api/cases/{number}/reports/{report_id}/reinstatement": done(),
        "POST /api/cases/{number}/reports/{report_id}/falsity": done(),
        "POST /api/cases/{number}/reports/{report_id}/reprisals": done(),
        "POST /api/cases/{number}/reports/{report_id}/privacy-talks": done(),
        # Whoever chairs gives it up.
        "POST /api/cases/{number}/reports/{report_id}/privacy-end": but(
            on_case("chair"), 409, "on the case", "expert"
        ),
        "GET /api/cases/{number}/conflicts": programs(readers()),
        "POST /api/cases/{number}/conflicts/{member}": on_case("chair"),
        "POST /api/cases/{number}/recusal": programs(readers(DONE)),
        "GET /api/cases/{number}/guests": programs(readers()),
        "POST /api/cases/{number}/guests/{member}": on_case("chair"),
        "POST /api/cases/{number}/guests/{member}/until": on_case("chair"),
        "POST /api/cases/{number}/guests/{member}/end": on_case("chair"),
        # Whoever opens it as it is need not; from whom it is hidden, for them there is none.
        "POST /api/cases/{number}/break-glass": {
            **on_case("chair", "on the case", "break-glass", status=IN_THE_WAY),
            **dict.fromkeys(("not on it", "intake", "deputy"), DONE),
        },
        "POST /api/cases/{number}/break-glass/{stay_id}/review": on_case("chair", "custodian"),
    },
    each={
        "POST /api/cases/{number}/subjects/{subject_id}/restoration": _decided,
        "POST /api/cases/{number}/links": _other,
        "POST /api/cases/{number}/links/{other}/removal": _linked,
        "POST /api/cases/{number}/relations": _other,
        "POST /api/cases/{number}/relations/{other}/removal": _related,
        "POST /api/cases/{number}/merging": _to_merge,
        "POST /api/cases/{number}/unmerging": _merged,
        "POST /api/cases/{number}/splitting": _report,
        "POST /api/cases/{number}/reports/{report_id}/move": _to_move,
        "POST /api/cases/{number}/reports/{report_id}/withdrawal": _report,
        "POST /api/cases/{number}/reports/{report_id}/reinstatement": _withdrawn,
        "POST /api/cases/{number}/reports/{report_id}/falsity": _found_false,
        "POST /api/cases/{number}/reports/{report_id}/reprisals": _private,
        "POST /api/cases/{number}/reports/{report_id}/privacy-talks": _private,
        "POST /api/cases/{number}/reports/{report_id}/privacy-end": _talked,
        "POST /api/cases/{number}/conflicts/{member}": _member,
        "POST /api/cases/{number}/recusal": _of_their_own,
        "POST /api/cases/{number}/guests/{member}": _expert,
        "POST /api/cases/{number}/guests/{member}/until": _guest,
        "POST /api/cases/{number}/guests/{member}/end": _guest,
        "POST /api/cases/{number}/break-glass": _of_their_own,
        "POST /api/cases/{number}/break-glass/{stay_id}/review": _broken,
    },
    sent={
        "POST /api/cases/{number}/subject": {
            "subject": {"name": "invented-subject-name", "site": "silver_city"},
            **WHY,
        },
        "POST /api/cases/{number}/relations/{other}/removal": {"kind": "other", **WHY},
        "POST /api/cases/{number}/links": {"other": "{other}", "same_person": True, **WHY},
        "POST /api/cases/{number}/relations": {"other": "{other}", "kind": "other", **WHY},
        "POST /api/cases/{number}/merging": {"into": "{other}", **WHY},
        "POST /api/cases/{number}/splitting": {"report_ids": ["{report_id}"], **WHY},
        "POST /api/cases/{number}/reports/{report_id}/move": {"to": "{other}", **WHY},
        "POST /api/cases/{number}/reports/{report_id}/falsity": WHY,
        "POST /api/cases/{number}/reports/{report_id}/reprisals": {"word": "seen", "text": "Invented."},
        "POST /api/cases/{number}/reports/{report_id}/privacy-talks": {
            "talked_at": "{now}",
            "told": "Invented.",
            "said": "Invented.",
        },
        "POST /api/cases/{number}/conflicts/{member}": {"keep_out": True, **WHY},
        "POST /api/cases/{number}/guests/{member}": {"until": "{until}", **WHY},
        "POST /api/cases/{number}/guests/{member}/until": {"until": "{until}"},
    },
)
