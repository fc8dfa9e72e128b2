"""The team itself: its training."""

from tests.console.web.table.answers import REFUSED, Room, members

ROOM = Room(
    {
        "GET /team": members(),
        "GET /team/training": members(),
        "POST /team/training": members(REFUSED),
        "POST /team/training/{training}/taken-back": members(REFUSED),
    },
    given={"training": "no-training"},
)
