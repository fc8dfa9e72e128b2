"""The API: cases, where they stand, how they go on, and what is on their record."""

from collections.abc import Mapping

from console.invented import examples
from states.casebook.closing import disposition
from states.casebook.effects import listing
from states.casebook.inquiry import assessing, triage
from states.casebook.record import evidence
from states.files.arriving import Arriving
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectStatus
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, SEEN, Room, readers
from tests.console.web.table.programs import (
    IN_THE_WAY,
    WHY,
    done,
    further,
    neighbor,
    on_case,
    only_for,
    only_not,
    programs,
    theirs,
)


def _screened(served: Served, number: str) -> Mapping[str, str]:
    """What the neighbor found."""
    by = neighbor(served)
    return {"about": triage.screen(served.book, number, by=by, level=Level.MILD, because="Invented.")}


def _assessed(served: Served, _: str) -> Mapping[str, str]:
    """What the neighbor filed; chair and officer took part, and the dean, who is not on the case."""
    number, by = further(served, "inquiry"), neighbor(served)
    content = examples.assessment().model_copy(update={"participants": ("chair", "officer", "dean")})
    return {
        "number": number,
        "assessment_id": assessing.file_assessment(served.book, number, content, by=by),
    }


def _not_asked(served: Served, _: str) -> Mapping[str, str]:
    """A case of which no source of that kind is asked."""
    return {"number": theirs(served, served.walk.screened())}


def _asked(served: Served, _: str) -> Mapping[str, str]:
    """A case of which sources are asked."""
    number = theirs(served, served.walk.in_inquiry())
    return {"number": number, "kind": served.walk.records(number, "source_queries")[0]["kind"]}


def _in_inquiry(served: Served, _: str) -> Mapping[str, str]:
    return {"number": further(served, "inquiry")}


def _closed(served: Served, _: str) -> Mapping[str, str]:
    return {"number": further(served, "closed")}


def _handed_over(served: Served, _: str) -> Mapping[str, str]:
    """A case that was just closed: somebody follows up."""
    number = theirs(served, served.walk.closed())
    return {"number": number, "hand_over_id": served.walk.records(number, "hand_overs")[0]["id"]}


def _ended(served: Served, _: str) -> Mapping[str, str]:
    """A case that may be erased."""
    number = theirs(served, served.walk.closed())
    disposition.allow_erasure(served.book, number, by=served.walk.chair, because="Invented.")
    return {"number": number}


def _noted(served: Served, number: str) -> Mapping[str, str]:
    """What the officer wrote."""
    return {"record_id": triage.note(served.book, number, examples.note(), by=served.walk.officer)}


def filed(served: Served, number: str) -> Mapping[str, str]:
    """A file that the officer added."""
    file = Arriving(served.book.place, "invented.png", most=1000)
    file.write(b"\x89PNG\r\n\x1a\n")
    (file_id,) = evidence.add(served.book, number, [file.finish()], by=served.walk.officer)
    return {"file_id": file_id}


def _owed(served: Served, _: str) -> Mapping[str, str]:
    """Something that a case owes, and that waits."""
    waits = EffectStatus.PENDING
    line, *_rest = listing.effects(served.book, by=served.walk.chair, status=waits)
    return {"effect_id": line.effect_id}


ROOM = Room(
    {
        "GET /api/cases": only_not("administrator", "auditor", "official"),
        "GET /api/cases/{number}": programs(readers()),
        "GET /api/cases/{number}/timeline": programs(readers()),
        "GET /api/cases/{number}/steps": programs(readers()),
        # Every trigger is tried by itself: see the test of triggers.
        "POST /api/cases/{number}/steps/{trigger}": programs(readers(412)),
        "POST /api/cases/{number}/screenings": done(),
        "POST /api/cases/{number}/assignment": on_case("chair"),
        "POST /api/cases/{number}/concurrences": done(),
        "POST /api/cases/{number}/notes": done(),
        "POST /api/cases/{number}/ratings": done(),
        "POST /api/cases/{number}/questions": done(),
        "POST /api/cases/{number}/questions/waiver": done(),
        "POST /api/cases/{number}/questions/again": done(),
        "POST /api/cases/{number}/assessments": done(),
        # Whoever took part says so, on the case or not; the expert did not.
        "POST /api/cases/{number}/assessments/{assessment_id}/confirmation": {
            **on_case("chair", "on the case"),
            "not on it": DONE,
            "expert": IN_THE_WAY,
        },
        # Whoever wrote it, whoever leads, or the chair.
        "POST /api/cases/{number}/records/{record_id}/correction": on_case(
            "chair", "on the case", status=DONE
        ),
        "GET /api/cases/{number}/files": programs(readers()),
        "POST /api/cases/{number}/files": done(),
        "GET /api/cases/{number}/files/{file_id}/content": programs(readers()),
        # Whoever added it, whoever leads, or the chair.
        "POST /api/cases/{number}/files/{file_id}/withdrawal": on_case("chair", "on the case"),
        "POST /api/cases/{number}/disposition": done(),
        "POST /api/cases/{number}/hand-overs/{hand_over_id}/confirmation": done(),
        "POST /api/cases/{number}/early-erasures": on_case("chair"),
        "GET /api/cases/{number}/early-erasures": on_case("chair", "custodian", status=SEEN),
        "POST /api/cases/{number}/erasure": on_case("custodian"),
        "GET /api/deadlines": only_not("administrator", "auditor", "official"),
        "GET /api/effects": only_not("administrator", "auditor", "official"),
        "POST /api/effects/{effect_id}/again": only_for("chair", "operator", status=DONE),
    },
    given={"trigger": "open_inquiry"},
    each={
        "POST /api/cases/{number}/concurrences": _screened,
        "POST /api/cases/{number}/ratings": _in_inquiry,
        "POST /api/cases/{number}/questions": _not_asked,
        "POST /api/cases/{number}/questions/waiver": _asked,
        "POST /api/cases/{number}/questions/again": _in_inquiry,
        "POST /api/cases/{number}/assessments": _in_inquiry,
        "POST /api/cases/{number}/assessments/{assessment_id}/confirmation": _assessed,
        "POST /api/cases/{number}/records/{record_id}/correction": _noted,
        "GET /api/cases/{number}/files/{file_id}/content": filed,
        "POST /api/cases/{number}/files/{file_id}/withdrawal": filed,
        "POST /api/cases/{number}/hand-overs/{hand_over_id}/confirmation": _handed_over,
        "POST /api/cases/{number}/early-erasures": _closed,
        "POST /api/cases/{number}/erasure": _ended,
        "POST /api/effects/{effect_id}/again": _owed,
    },
    sent={
        "POST /api/cases/{number}/ratings": {
            "level": "Moderate",
            "criteria": ["moderate-1"],
            "supports": {"moderate-1": "Invented."},
            "reason": "Invented.",
        },
        "POST /api/cases/{number}/questions/waiver": {"kind": "{kind}", **WHY},
        "POST /api/cases/{number}/assessments": {
            "level": "Moderate",
            "criteria": ["moderate-1"],
            "factors": [{"kind": "static", "text": "Invented."}],
            "rationale": "Invented.",
            "threat_of_violence": False,
            "significant_disruption": False,
            "participants": ["chair"],
        },
        "POST /api/cases/{number}/concurrences": {"about": "{about}"},
        "POST /api/cases/{number}/assignment": {
            "lead": "officer",
            "offices": ["university_police"],
            "members": [],
        },
        "POST /api/cases/{number}/files": {"content": "%PDF-1.7 invented"},
        "POST /api/cases/{number}/records/{record_id}/correction": {"given": {"text": "Invented."}, **WHY},
    },
)
