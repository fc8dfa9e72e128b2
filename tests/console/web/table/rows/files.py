"""Files of a case: for whoever may read it; added and withdrawn by those whose work it is."""

from collections.abc import Mapping

from states.casebook.record import evidence
from states.files.arriving import Arriving
from tests.console.web.conftest import Served
from tests.console.web.table.answers import REFUSED, Room, readers, workers


def _added(served: Served, number: str) -> Mapping[str, str]:
    file = Arriving(served.book.place, "invented.png", most=1000)
    file.write(b"\x89PNG\r\n\x1a\n")
    (file_id,) = evidence.add(served.book, number, [file.finish()], by=served.walk.officer)
    return {"file_id": file_id}


ROOM = Room(
    {
        "GET /cases/{number}/files": readers(),
        "POST /cases/{number}/files": workers(REFUSED),
        "GET /cases/{number}/files/{file_id}/download": readers(),
        "GET /cases/{number}/files/{file_id}/preview": readers(),
        "GET /cases/{number}/files/{file_id}/shown": readers(),
        "POST /cases/{number}/files/{file_id}/withdraw": workers(REFUSED),
    },
    made=_added,
)
