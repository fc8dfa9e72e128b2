"""Cases: where they stand, how they go on, and what members put on their record."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from console.api.call import Call, Reach
from console.shown.case.measures.carried import leaves_of
from console.shown.explainer import as_data
from console.shown.phoning import phone_now
from states.access import Actor
from states.casebook import Casebook
from states.casebook.closing import disposition
from states.casebook.effects import attempts, listing
from states.casebook.inquiry import assessing, rating, triage
from states.casebook.intake import begun
from states.casebook.lookups import asking
from states.casebook.reading import overview, timeline, whole_case
from states.casebook.rearranging import corrections
from states.casebook.record import evidence
from states.casebook.record.evidence import Opened
from states.casebook.rounds import sweeping
from states.casebook.triggers import acting
from states.files.arriving import Arrived, own_name
from states.vocabulary.danger import Danger
from states.vocabulary.effects import EffectKind
from states.vocabulary.programs import Scope


def whole(book: Casebook, number: str, *, by: Actor) -> dict[str, Any]:
    """Everything on a case's record, with its clocks, what it owes, and what may happen next."""
    return whole_case.dossier(book, number, by=by) | {
        "clocks": sweeping.running(book, by=by, number=number),
        "effects": listing.effects(book, by=by, number=number),
        "possible": [as_data(each) for each in acting.can(book, number, by=by, on_record=True)],
    }


def act(
    book: Casebook,
    number: str,
    trigger: str,
    *,
    by: Actor,
    expected: int | None = None,
    given: Mapping[str, str] | None = None,
    dangers: Collection[Danger] = (),
    threatened_for: date | None = None,
) -> dict[str, Any]:
    """Move a case on; who raises an alarm is told whom to phone, who activates a plan what it leaves."""
    if trigger == "raise_alarm":
        raised = begun.raise_alarm(
            book, number, by=by, given=given, dangers=dangers, threatened_for=threatened_for
        )
        if raised.decision is None:
            return {"trigger": trigger, **phone_now(book, *raised.sites)}
        done = raised.decision
    else:
        done = acting.act(book, number, trigger, by=by, expected=expected, given=given)
    alarmed = EffectKind.ALERT_POLICE in done.effects
    return {
        "trigger": done.trigger,
        "source": done.source,
        "target": done.target,
        "effects": done.effects,
        "starts": done.starts,
        "hastens": done.hastens,
        "stops": done.stops,
        **(phone_now(book, *done.file.case.sites) if alarmed else {}),
        **(asdict(leaves_of(book.as_seen(None), number, by=by)) if trigger == "activate_plan" else {}),
    }


def add_file(
    book: Casebook, number: str, file: Arrived, *, by: Actor, name: str = "", shows: str = ""
) -> str:
    """Put a file that has arrived on record under a name; gives its id."""
    (file_id,) = evidence.add(book, number, [replace(file, name=own_name(name))], by=by, shows=shows)
    return file_id


def take_file(book: Casebook, number: str, file_id: str, *, by: Actor) -> Opened:
    """Open a file of a case, to be read from its beginning."""
    return evidence.opened(book, number, file_id, by=by)


CALLS = (
    Call(
        "GET /cases",
        overview.in_order,
        "The cases that you may see, by their numbers.",
        key=lambda line: [line.number],
    ),
    Call("GET /cases/{number}", whole, "Open a whole case; that you read it goes on record.", shown=dict),
    Call(
        "GET /cases/{number}/timeline",
        timeline.timeline,
        "What happened to a case, from its ledger.",
        key=lambda event: [f"{event.seq:09}"],
    ),
    Call(
        "GET /cases/{number}/steps",
        acting.can,
        "What may happen next: every step, what stands in its way, and who can clear that.",
        shown=lambda found: [as_data(each) for each in found],
    ),
    Call(
        "POST /cases/{number}/steps/{trigger}",
        act,
        "Move a case on; refused, it says everything that is missing.",
        shown=dict,
        example=lambda: {"given": {}},
    ),
    Call("POST /cases/{number}/screenings", triage.screen, "Screen a report: a provisional level, and why."),
    Call(
        "POST /cases/{number}/assignment",
        triage.assign,
        "Assign a lead, offices and further members, in place of those before.",
    ),
    Call(
        "POST /cases/{number}/concurrences",
        assessing.concur,
        "Agree, as a second member, with a screening or an assessment.",
    ),
    Call("POST /cases/{number}/notes", triage.note, "Record an interview, an inquiry or an observation."),
    Call(
        "POST /cases/{number}/questions",
        asking.request_lookup,
        "Ask a kind of source about a case, saying why.",
    ),
    Call(
        "POST /cases/{number}/questions/waiver", asking.waive_source, "Go on without the answer of a source."
    ),
    Call(
        "POST /cases/{number}/questions/again",
        asking.ask_again,
        "Ask every source again that was unavailable or has not answered.",
        gives="asked",
    ),
    Call(
        "POST /cases/{number}/ratings",
        rating.rate,
        "Say alone what you think, before others' ratings are shown to you.",
    ),
    Call("POST /cases/{number}/assessments", assessing.file_assessment, "File the team's assessment."),
    Call(
        "POST /cases/{number}/assessments/{assessment_id}/confirmation",
        assessing.confirm,
        "Confirm that you took part in an assessment, as it was filed.",
        reach=Reach.OWNERS,
    ),
    Call(
        "POST /cases/{number}/records/{record_id}/correction",
        corrections.put_right,
        "Correct an entry; what it said before stays on record.",
        example=lambda: {"given": {"text": "Heard it as a joke."}, "because": "A sentence was left out."},
    ),
    Call("GET /cases/{number}/files", evidence.listed, "The files of a case, and who opened each."),
    Call(
        "POST /cases/{number}/files",
        add_file,
        "Add a file to a case, as the bytes that it is; its kind is told by how it begins.",
    ),
    Call(
        "GET /cases/{number}/files/{file_id}/content",
        take_file,
        "Take a file along, as the bytes that it is; that you opened it goes on record.",
    ),
    Call(
        "POST /cases/{number}/files/{file_id}/withdrawal",
        evidence.withdraw,
        "Withdraw a file that was added by mistake.",
    ),
    Call(
        "POST /cases/{number}/disposition",
        disposition.write_disposition,
        "Write how the matter ended, and whether the reporter may be told.",
    ),
    Call(
        "POST /cases/{number}/hand-overs/{hand_over_id}/confirmation",
        disposition.confirm_hand_over,
        "Put on record that somebody told you that they took follow-up over.",
    ),
    Call(
        "POST /cases/{number}/early-erasures",
        disposition.allow_erasure,
        "Allow a case to be erased before its time.",
        scope=Scope.GRAVE,
    ),
    Call(
        "GET /cases/{number}/early-erasures",
        disposition.early_erasures,
        "Who allowed a case to be erased before its time, and why.",
    ),
    Call(
        "POST /cases/{number}/erasure",
        disposition.erase,
        "Erase a case: its content can be read by nobody any more.",
        scope=Scope.GRAVE,
    ),
    Call(
        "GET /deadlines",
        sweeping.running,
        "The clocks that run, the soonest first.",
        key=lambda line: [line.case_number, line.clock, line.about],
    ),
    Call(
        "GET /effects",
        listing.effects,
        "What is owed to the world, and how far it has come: codes and times.",
        key=lambda line: [line.effect_id],
    ),
    Call(
        "POST /effects/{effect_id}/again",
        attempts.redrive,
        "Have what is stuck, or waits, done again now.",
        gives="number",
    ),
)
