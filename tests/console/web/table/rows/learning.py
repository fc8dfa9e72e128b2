"""What the team learns from."""

from tests.console.web.table.answers import HIDDEN, REFUSED, Room, members, only

#: those who agree on what the team reports of itself
TEAM = ("chair", "on the case", "not on it", "recused", "custodian", "break-glass")

ROOM = Room(
    {
        "GET /trends": only("chair", "custodian"),
        "GET /trends.csv": only("chair", "custodian"),
        "GET /reports": only(*TEAM),
        "GET /reports/{period}": only(*TEAM),
        # As whoever saw another version.
        "POST /reports/{period}": only("chair", "custodian", status=REFUSED),
        # Nobody has written it.
        "POST /reports/{period}/approval": members(HIDDEN),
    },
    given={"period": "Fall-2025"},
    sent={"POST /reports/{period}": {"seen": "another"}},
)
