"""The doors of the reception, for whoever has a link or a key: without, they are closed to all alike."""

from http import HTTPStatus as S

from tests.console.web.table.answers import HIDDEN, Room, anybody

ROOM = Room(
    {
        "GET /health": anybody(),
        "GET /m/{secret}": anybody(HIDDEN),
        "POST /m/{secret}": anybody(HIDDEN),
        "GET /reports/told/{secret}": anybody(HIDDEN),
        "GET /follow-up/{secret}": anybody(HIDDEN),
        "POST /follow-up/{secret}": anybody(HIDDEN),
        "POST /follow-up/{secret}/read": anybody(HIDDEN),
        "GET /referrals/answer/{secret}": anybody(HIDDEN),
        "POST /referrals/answer/{secret}": anybody(HIDDEN),
        "POST /referrals/answer/{secret}/paper": anybody(HIDDEN),
        "POST /referrals/answer/{secret}/letter": anybody(HIDDEN),
        "POST /referrals/calls/{office}/{referral}": anybody(S.UNAUTHORIZED),
        "POST /tips/{door}": anybody(S.UNAUTHORIZED),
        "POST /partners/{source}/answers": anybody(S.UNAUTHORIZED),
    },
    given={"secret": "no-secret", "office": "none", "referral": "none", "door": "none", "source": "none"},
)
