"""The API: emergencies, who answers them, and the people who may be in danger."""

from collections.abc import Mapping
from datetime import timedelta

from console.invented import examples
from states.casebook.alarms import duty, swaps
from states.casebook.protecting import attachments, orders, targets
from states.casebook.triggers import acting
from states.contents.plans import TargetContent
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, EXPERTS, IN, Room, Row, but, readers
from tests.console.web.table.programs import (
    FORBIDDEN,
    done,
    only_for,
    only_not,
    programs,
    to_be_found,
)

#: those whom no alarm is for
NOT_CALLED = ("administrator", "auditor", *EXPERTS)

#: a paper of a court, as far as anybody can tell
PAPER = {"content": "%PDF-1.7 invented"}


def _alarmed(served: Served, number: str) -> Mapping[str, str]:
    acting.act(served.book, number, "raise_alarm", by=served.walk.chair, given={"reason": "Invented."})
    return {}


def _target(served: Served, number: str) -> Mapping[str, str]:
    content = TargetContent(name="invented-target-name")
    next_at = served.book.clock() + timedelta(days=3)
    return {
        "target_id": targets.add(served.book, number, content, by=served.walk.officer),
        "next_at": next_at.isoformat(),
    }


def _order(served: Served, number: str) -> Mapping[str, str]:
    return {"order_id": orders.file(served.book, number, examples.protective_order(), by=served.walk.officer)}


def _paper(served: Served, number: str) -> Mapping[str, str]:
    made = _order(served, number)
    data = PAPER["content"].encode()
    attachments.attach(served.book, number, made["order_id"], data, by=served.walk.officer)
    return made


def _shift(served: Served, _: str) -> Mapping[str, str]:
    """A shift of the dean's, at the end of the year."""
    starts_at = served.book.clock() + timedelta(days=300)
    ends_at, by = starts_at + timedelta(days=1), served.walk.chair
    shift = duty.put_on_call(served.book, "dean", by=by, starts_at=starts_at, ends_at=ends_at)
    return {"shift_id": shift, "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}


def _offered(served: Served, number: str) -> Mapping[str, str]:
    """The same, offered to the officer."""
    made = _shift(served, number)
    swaps.offer(served.book, made["shift_id"], by=served.walk.chair, to="officer")
    return made


def _off(served: Served, _: str) -> Mapping[str, str]:
    """Time off of the dean's."""
    starts_at = served.book.clock() + timedelta(days=100)
    ends_at, by = starts_at + timedelta(days=1), served.walk.chair
    off = swaps.take_off(served.book, "dean", by=by, starts_at=starts_at, ends_at=ends_at)
    return {"time_off_id": off}


def by_whom_it_rings() -> Row:
    """A call for whoever answers alarms, on the case or not; but for whom there is no such case."""
    those = IN - {*NOT_CALLED, "recused"}
    return {**to_be_found(*those), "expert": FORBIDDEN}


ROOM = Room(
    {
        "GET /api/alarms": only_not(*NOT_CALLED),
        "GET /api/cases/{number}/alarms": programs(readers()),
        "POST /api/cases/{number}/alarms/taken-over": by_whom_it_rings(),
        "GET /api/duty": only_not(*NOT_CALLED),
        "POST /api/duty": only_for("chair", "custodian", status=DONE),
        # Whoever has it, or runs the team.
        "POST /api/duty/{shift_id}/offer": only_for("chair", "custodian", "not on it", status=DONE),
        # To whom it is offered; who else is told of none, or, where no alarm is for them, that they may not.
        "POST /api/duty/{shift_id}/answer": but(to_be_found("on the case"), 403, *NOT_CALLED),
        # Their own, or whoever runs the team.
        "POST /api/times-off/{member_id}": only_for("chair", "custodian", "not on it", status=DONE),
        "POST /api/times-off/{time_off_id}/removal": to_be_found("chair", "custodian", "not on it"),
        "POST /api/duty/{shift_id}/removal": only_for("chair", "custodian", status=DONE),
        "POST /api/cases/{number}/targets": done(),
        "POST /api/cases/{number}/targets/{target_id}/measures": done(),
        "POST /api/cases/{number}/targets/{target_id}/follow-ups": done(),
        "POST /api/cases/{number}/targets/{target_id}/waiver": done(),
        "POST /api/cases/{number}/orders": done(),
        "POST /api/cases/{number}/orders/{order_id}/end": done(),
        "POST /api/cases/{number}/orders/{order_id}/paper": done(),
        "GET /api/cases/{number}/orders/{order_id}/paper": programs(readers()),
    },
    given={"member_id": "dean"},
    each={
        "POST /api/cases/{number}/alarms/taken-over": _alarmed,
        "POST /api/duty": _shift,
        "POST /api/duty/{shift_id}/offer": _shift,
        "POST /api/duty/{shift_id}/answer": _offered,
        "POST /api/times-off/{time_off_id}/removal": _off,
        "POST /api/duty/{shift_id}/removal": _shift,
        "POST /api/cases/{number}/targets/{target_id}/measures": _target,
        "POST /api/cases/{number}/targets/{target_id}/follow-ups": _target,
        "POST /api/cases/{number}/targets/{target_id}/waiver": _target,
        "POST /api/cases/{number}/orders/{order_id}/end": _order,
        "POST /api/cases/{number}/orders/{order_id}/paper": _order,
        "GET /api/cases/{number}/orders/{order_id}/paper": _paper,
    },
    sent={
        "POST /api/duty": {"member_id": "dean", "starts_at": "{starts_at}", "ends_at": "{ends_at}"},
        "POST /api/duty/{shift_id}/offer": {"to": "officer"},
        "POST /api/duty/{shift_id}/answer": {"takes": True},
        "POST /api/cases/{number}/targets": {"name": "invented-target-name"},
        "POST /api/cases/{number}/targets/{target_id}/follow-ups": {
            "text": "Invented.",
            "next_at": "{next_at}",
        },
        "POST /api/cases/{number}/orders/{order_id}/paper": PAPER,
    },
)
