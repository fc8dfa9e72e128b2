"""What keeps the team fit for its work: training, changes of law and policy, agreements with agencies."""

from console.api.call import Call
from states.casebook.team.upkeep import agreements, changes, training
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
    Call("GET /changes", changes.listed, "Changes of law and policy, and whether you confirmed each."),
    Call(
        "POST /changes",
        changes.enter,
        "Tell the team of a change of law or policy.",
        scope=Scope.TEAM,
        example=lambda: {
            "content": {"title": "34 CFR 99.36", "what": "What may be told to parents."},
            "holds_at": "2026-01-15T00:00-07:00",
        },
    ),
    Call(
        "POST /changes/{change_id}/reading",
        changes.confirm,
        "Confirm that you read a change of law or policy.",
        scope=Scope.TEAM,
    ),
    Call(
        "POST /changes/{change_id}/removal",
        changes.take_back,
        "Take back a change that the team was told of by mistake.",
        scope=Scope.TEAM,
    ),
    Call("GET /agreements", agreements.listed, "The agreements with other agencies, and what rests on each."),
    Call(
        "POST /agreements",
        agreements.enter,
        "Put an agreement with another agency on record.",
        scope=Scope.TEAM,
        example=lambda: {
            "content": {"partner": "County sheriff"},
            "kinds": ["weapons_registration"],
            "signed_at": "2026-01-15T00:00-07:00",
        },
    ),
    Call(
        "POST /agreements/{agreement_id}/review",
        agreements.review,
        "Put on record that an agreement was looked at again, and until when it was renewed.",
        scope=Scope.TEAM,
        example=lambda: {"reviewed_at": "2026-01-15T00:00-07:00"},
    ),
    Call(
        "POST /agreements/{agreement_id}/end",
        agreements.end,
        "Put on record that an agreement holds no more.",
        scope=Scope.TEAM,
    ),
)
