"""The team itself: its training, what changed in law and policy, its agreements with other agencies."""

from tests.console.web.table.answers import EXPERTS, HIDDEN, REFUSED, Room, but, members, only

#: those whom no alarm is for
NOT_CALLED = ("administrator", "auditor", *EXPERTS)

ROOM = Room(
    {
        "GET /team": members(),
        "GET /team/training": members(),
        "POST /team/training": members(REFUSED),
        "POST /team/training/{training}/taken-back": members(REFUSED),
        "GET /team/offices": members(),
        "GET /team/duty": but(members(), HIDDEN, *NOT_CALLED),
        "POST /team/duty/shifts/{shift}/offer": members(HIDDEN),
        "POST /team/duty/shifts/{shift}/answer": members(HIDDEN),
        "POST /team/duty/off": but(members(REFUSED), HIDDEN, *NOT_CALLED),
        "POST /team/duty/off/{time_off}/strike": members(HIDDEN),
        "GET /team/changes": members(),
        "POST /team/changes": only("chair", "custodian", status=REFUSED),
        "POST /team/changes/{change}/read": members(HIDDEN),
        "POST /team/changes/{change}/taken-back": only("chair", "custodian", status=REFUSED),
        "GET /team/correct/{kind}/{record}": members(HIDDEN),
        "POST /team/correct/{kind}/{record}": members(HIDDEN),
        "GET /team/agreements": members(),
        "POST /team/agreements": only("chair", "custodian", status=REFUSED),
        "POST /team/agreements/{agreement}/review": only("chair", "custodian", status=REFUSED),
        "POST /team/agreements/{agreement}/end": members(HIDDEN),
    },
    given={
        each: f"no-{each}"
        for each in ("training", "change", "agreement", "shift", "time_off", "kind", "record")
    },
)
