"""Emergencies, who answers them, and the people who may be in danger."""

from datetime import datetime

from console.api.call import Call, Reach
from states.access import Actor
from states.casebook import Casebook
from states.casebook.alarms import answers, duty, swaps
from states.casebook.protecting import attachments, orders, targets
from states.contents.closing import TakeOverContent
from states.vocabulary.programs import Scope


def take_over(
    book: Casebook, number: str, taken: TakeOverContent, *, by: Actor, at: datetime | None = None
) -> str:
    """Enter who took an alarm over, as they said by phone."""
    return answers.by_team(book, number, taken, by=by, at=at)


CALLS = (
    Call(
        "GET /alarms",
        answers.alarms,
        "Alarms, and whether somebody has taken over.",
        key=lambda line: [line.sounded_at.isoformat(), line.alarm_id],
    ),
    Call("GET /cases/{number}/alarms", answers.show, "A case's alarms: each call, and who answered."),
    Call(
        "POST /cases/{number}/alarms/taken-over",
        take_over,
        "Enter who took the alarm over, as they said by phone; nobody else is called then.",
        reach=Reach.OWNERS,
    ),
    Call("GET /duty", duty.roster, "Who is on call from now on, and when too few are."),
    Call("POST /duty", duty.put_on_call, "Put a member on call.", scope=Scope.TEAM),
    Call(
        "POST /duty/{shift_id}/offer",
        swaps.offer,
        "Offer a shift to another member, who has it once they take it.",
        scope=Scope.TEAM,
    ),
    Call(
        "POST /duty/{shift_id}/answer",
        swaps.answer,
        "Take a shift that was offered to you, or decline it.",
        scope=Scope.TEAM,
    ),
    Call(
        "POST /times-off/{member_id}",
        swaps.take_off,
        "Put down that a member is off.",
        scope=Scope.TEAM,
        example=lambda: {"starts_at": "2099-01-15T00:00-07:00", "ends_at": "2099-01-16T00:00-07:00"},
    ),
    Call(
        "POST /times-off/{time_off_id}/removal",
        swaps.be_back,
        "Strike time off: the member is there after all.",
        scope=Scope.TEAM,
    ),
    Call(
        "POST /duty/{shift_id}/removal", duty.take_off_call, "Take a shift off the roster.", scope=Scope.TEAM
    ),
    Call("POST /cases/{number}/targets", targets.add, "Put somebody on record who may be in danger."),
    Call(
        "POST /cases/{number}/targets/{target_id}/measures",
        targets.record_measure,
        "Record what was done to protect somebody.",
    ),
    Call(
        "POST /cases/{number}/targets/{target_id}/follow-ups",
        targets.follow_up,
        "Record how somebody who may be in danger is doing, and when that is asked next.",
    ),
    Call(
        "POST /cases/{number}/targets/{target_id}/waiver",
        targets.waive,
        "Put on record why nothing more is done about somebody.",
    ),
    Call("POST /cases/{number}/orders", orders.file, "Put a court's protective order on record."),
    Call("POST /cases/{number}/orders/{order_id}/end", orders.end, "Put on record that an order has ended."),
    Call(
        "POST /cases/{number}/orders/{order_id}/paper", attachments.attach, "Add an order's paper, as a file."
    ),
    Call("GET /cases/{number}/orders/{order_id}/paper", attachments.read, "An order's paper."),
)
