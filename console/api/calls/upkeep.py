"""What keeps the team fit for its work: its training."""

from console.api.call import Call
from states.casebook.team import training
from states.vocabulary.programs import Scope

CALLS = (
    Call("GET /training", training.listed, "Who had which training: of everybody, or your own."),
    Call(
        "POST /training/{member_id}",
        training.enter,
        "Enter that a member had a training.",
        scope=Scope.TEAM,
        example=lambda: {
            "content": {"where": "on line"},
            "kind": "threat_assessment",
            "done_at": "2026-01-15T00:00-07:00",
        },
    ),
    Call(
        "POST /training/{training_id}/removal",
        training.take_back,
        "Take back a training that was entered by mistake.",
        scope=Scope.TEAM,
    ),
)
