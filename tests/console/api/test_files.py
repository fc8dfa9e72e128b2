"""Files of a case for programs: added as they come, taken along, withdrawn."""

from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

from console.api.calls import CALLS
from tests.console.api.conftest import Programs
from tests.console.web.conftest import Served

#: what is sent: a picture as far as anybody can tell, longer than is sealed at a time
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 5000


def lying(served: Served) -> set[Path]:
    """What lies where files lie."""
    return {file for file in (served.app.state.desk.settings.home / "files").rglob("*") if file.is_file()}


@pytest.mark.clause("P-08")
def test_a_file_is_added_taken_and_withdrawn(served: Served, program: Programs) -> None:
    """Byte for byte, under its own name; who took it is on record; one that was withdrawn is not others'."""
    number, officer = served.walk.screened(), program("officer")
    files = f"/cases/{number}/files"
    said = {
        "Tat-Name": quote("C:\\invented\\picture.png"),
        "Tat-Shows": quote("Invented pasillo de Peñasco."),
    }
    key = {"Idempotency-Key": str(uuid4())} | said
    before = lying(served)
    added = [officer.post(files, content=PICTURE, headers=key) for _ in range(2)]
    assert {each.status_code for each in added} == {200}
    (file_id,) = {each.json()["id"] for each in added}
    assert len(lying(served) - before) == 1, "of a file that is sent twice, one is kept"
    (line,) = officer.get(files).json()["items"]
    assert (line["name"], line["shows"], line["size"]) == (
        *("picture.png", "Invented pasillo de Peñasco."),
        len(PICTURE),
    )
    taken = officer.get(f"{files}/{file_id}/content")
    assert (taken.content, taken.headers["content-type"]) == (PICTURE, "application/octet-stream")
    assert taken.headers["cache-control"] == "no-store"
    assert [each["by"] for each in officer.get(files).json()["items"][0]["openings"]] == ["officer"]
    because = {"because": "Invented mistake."}
    assert officer.post(f"{files}/{file_id}/withdrawal", json=because).status_code == 204
    assert program("nurse").get(f"{files}/{file_id}/content").status_code == 404


def test_nothing_of_a_file_that_is_refused_stays(
    served: Served, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a kind that is not taken, too long, with what nothing asks for, for an older case, or for none."""
    number, officer = served.walk.screened(), program("officer")
    files, before = f"/cases/{number}/files", lying(served)
    settings = served.app.state.desk.settings
    assert officer.post(files, content=b"MZ\x90\x00invented").status_code == 422
    assert officer.post(files, content=b"").status_code == 422
    assert officer.post(files, content=PICTURE, headers={"If-Match": '"0"'}).status_code == 412
    assert officer.post(files, content=PICTURE, params={"name": "invented.png"}).status_code == 422
    for head in ({"Tat-Nothing": "like it"}, {"Tat-Name": "%FF"}):
        assert officer.post(files, content=PICTURE, headers=head).status_code == 422
    twice = [("Tat-Name", "one.png"), ("Tat-Name", "two.png")]
    assert officer.post(files, content=PICTURE, headers=twice).status_code == 422
    assert officer.post("/cases/TAT-2026-9999/files", content=PICTURE).status_code == 404
    monkeypatch.setattr(settings, "files_largest", 1000)
    assert officer.post(files, content=PICTURE).status_code == 422
    assert lying(served) == before


def test_no_call_takes_in_its_address_what_people_write() -> None:
    """Logs of proxies keep addresses: codes, numbers, ids and moments stand there, and no name or text."""
    codes = {"clock", "kind", "level", "rule", "site", "state", "status", "to", "verdict", "which"}
    marks = {"cursor", "limit", "odd_only", "open_only", "overdue", "readings", "replaced"}
    marks |= {"since", "until", "withdrawn"}
    in_queries = {name for call in CALLS for name in call.asks.model_fields}
    assert in_queries <= codes | marks | {"number", "member_id"}
