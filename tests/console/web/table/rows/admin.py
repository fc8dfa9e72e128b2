"""Administration: what leads to its parts, and how everything is that an installation works with."""

from tests.console.web.table.answers import GONE, HIDDEN, Room, members, only

#: those for whom there is a part of it
ADMINISTERING = ("chair", "custodian", "operator", "administrator", "auditor")

#: those who look after what it works with
LOOKING_AFTER = ("chair", "operator", "administrator")

ROOM = Room(
    {
        "GET /admin": only(*ADMINISTERING),
        "GET /admin/health": only(*LOOKING_AFTER),
        # There is none of that name.
        "POST /admin/health/{kind}/{name}/test": members(HIDDEN),
        "GET /admin/policy": members(),
        "POST /admin/policy": members(),
        # The settings name no other version.
        "GET /admin/policy/next": members(HIDDEN),
        "GET /admin/policy/next/{part}": members(HIDDEN),
        "GET /admin/policy/{part}": members(),
        "GET /admin/messages": members(),
        "GET /admin/messages/{message}": members(),
        "GET /admin/queries": only("chair", "custodian", "auditor"),
        # There is no such question.
        "GET /admin/queries/{query}": members(HIDDEN),
        "POST /admin/queries/{query}/{step}": members(HIDDEN),
        "POST /admin/health/record/verify": only("chair", "operator", status=GONE),
    },
    given={
        "kind": "sources",
        "name": "none",
        "message": "reminder",
        "query": "none",
        "step": "begun",
        "part": "clocks",
    },
)
