"""Files of sources, offices and doors that change are taken up anew, whole or not at all."""

import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from console.reception.app import reception
from states.vocabulary.sources import SourceKind
from tasks import plugged as plugging
from tasks.desk import Desk
from tasks.far.signatures import Signer, written
from tasks.plugged import Plugged
from tests.servers.serving import serving
from tests.tasks.doors.conftest import DOORS, TipLine
from tests.waiting import PATIENCE

SOURCE = """[cards]
use = "scripted"

[cards.answers.registrar]
answer = "{answer}"
"""


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is read without waiting whether somebody still writes it."""
    monkeypatch.setattr(plugging, "SETTLED", 0.0)


def change(file: Path, text: str) -> None:
    """Write a file so that it is another one, as an editor does."""
    half = file.with_suffix(".half")
    half.write_text(text)
    half.replace(file)


@pytest.mark.usefixtures("at_once")
def test_a_changed_file_gives_a_new_desk_beside_the_old(desk: Desk) -> None:
    """What is under way goes on with the old one; without a change it is the same."""
    plugged = Plugged(desk.settings)
    change(desk.settings.sources_file, SOURCE.format(answer="found"))
    new = plugged.look(desk)
    assert new.sources.for_kind(SourceKind.REGISTRAR) is not None
    assert desk.sources.for_kind(SourceKind.REGISTRAR) is None
    assert new.doors is desk.doors
    assert plugged.look(new) is new
    desk.settings.sources_file.unlink()
    assert plugged.look(new).sources.all() == ()


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (SOURCE.format(answer="opensesame"), "See line 5."),
        (SOURCE.format(answer="found") + "answers = opensesame\n", "See line 6."),
        (SOURCE.format(answer="found").replace("scripted", "opensesame"), "See line 2."),
    ],
)
def test_a_wrong_file_leaves_what_was_and_names_the_line(desk: Desk, wrong: str, line: str) -> None:
    """Once, without a value; and it is said when it is in order again."""
    said: list[str] = []
    plugged = Plugged(desk.settings, said.append)
    change(desk.settings.sources_file, SOURCE.format(answer="found"))
    new = plugged.look(desk)
    change(desk.settings.sources_file, wrong)
    assert plugged.look(new) is plugged.look(new) is new
    (sentence,) = said
    assert sentence.startswith("sources.toml: ")
    assert line in sentence
    assert "opensesame" not in sentence
    change(desk.settings.sources_file, SOURCE.format(answer="not_found"))
    assert plugged.look(new) is not new
    change(desk.settings.sources_file, SOURCE.format(answer="pending"))
    plugged.look(new)
    assert said[1:] == ["sources.toml is in order again, and worked with from now on."]


def test_a_file_that_somebody_may_still_write_is_not_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has to be left alone for a moment first."""
    now = time.time() - 60
    # Its own clock alone: event loops of other threads go by the one that all share.
    clock = SimpleNamespace(time=lambda: now, monotonic=lambda: now)
    monkeypatch.setattr(plugging, "time", clock)
    plugged = Plugged(desk.settings)
    change(desk.settings.sources_file, SOURCE.format(answer="found"))
    assert plugged.look(desk) is desk
    now += plugging.SETTLED
    assert plugged.look(desk) is not desk


@pytest.mark.usefixtures("at_once")
async def test_the_reception_opens_a_door_without_a_restart(desk: Desk) -> None:
    """A tip line that the file did not know is answered as soon as it does."""
    key = Ed25519PrivateKey.generate()
    with serving(reception(desk, plugged=Plugged(desk.settings))) as url:
        desk.settings.base_url = url
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:
            line = TipLine(client, Signer("safe-1", key))
            assert (await line.post({"id": "T-1", "text": "Something."})).status_code == 401
            change(desk.settings.doors_file, DOORS.format(key=written(key.public_key()), answering=""))
            assert (await line.post({"id": "T-1", "text": "Something."})).status_code == 202
