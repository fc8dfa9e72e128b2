"""The team itself: its training, what changed in law and policy, its agreements with other agencies."""

from tests.console.web.table.answers import HIDDEN, REFUSED, Room, members, only

ROOM = Room(
    {
        "GET /team": members(),
        "GET /team/training": members(),
        "POST /team/training": members(REFUSED),
        "POST /team/training/{training}/taken-back": members(REFUSED),
        "GET /team/changes": members(),
        "POST /team/changes": only("chair", "custodian", status=REFUSED),
        "POST /team/changes/{change}/read": members(HIDDEN),
        "POST /team/changes/{change}/taken-back": only("chair", "custodian", status=REFUSED),
        "GET /team/agreements": members(),
        "POST /team/agreements": only("chair", "custodian", status=REFUSED),
        "POST /team/agreements/{agreement}/review": only("chair", "custodian", status=REFUSED),
        "POST /team/agreements/{agreement}/end": members(HIDDEN),
    },
    given={each: f"no-{each}" for each in ("training", "change", "agreement")},
)
