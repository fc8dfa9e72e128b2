"""The doors of the reception, for systems that have a key: without, they are closed to all alike."""

from http import HTTPStatus as S

from tests.console.web.table.answers import Room, anybody

ROOM = Room(
    {
        "GET /health": anybody(),
        "POST /referrals/calls/{office}/{referral}": anybody(S.UNAUTHORIZED),
        "POST /tips/{door}": anybody(S.UNAUTHORIZED),
        "POST /partners/{source}/answers": anybody(S.UNAUTHORIZED),
    },
    given={"office": "none", "referral": "none", "door": "none", "source": "none"},
)
