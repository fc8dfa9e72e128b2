"""The pages behind links, for whoever has one: without, there is one answer to all alike."""

from tests.console.web.table.answers import HIDDEN, Room, anybody

#: the pages that ask for a code before they show what is behind them
ASKING = ("/recommendations", "/reports/told", "/follow-up", "/referrals/answer")

ROOM = Room(
    {
        "GET /m/{secret}": anybody(HIDDEN),
        "POST /m/{secret}": anybody(HIDDEN),
        **{f"GET {path}/{{secret}}": anybody(HIDDEN) for path in ASKING},
        **{f"POST {path}/{{secret}}/code": anybody(HIDDEN) for path in ASKING},
        **{f"POST {path}/{{secret}}/open": anybody(HIDDEN) for path in ASKING},
        "POST /follow-up/{secret}": anybody(HIDDEN),
        "POST /referrals/answer/{secret}": anybody(HIDDEN),
        "POST /referrals/answer/{secret}/paper": anybody(HIDDEN),
        "POST /referrals/answer/{secret}/letter": anybody(HIDDEN),
    },
    given={"secret": "no-secret"},
)
