"""A prosecutor is handed a packet: what they need, whole, for nobody else's eyes."""

import asyncio
import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from states.errors import BadInput, StepFailed
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from tasks.offices.registry import load_offices
from tasks.offices.sending import problem_of
from tests.tasks.offices.conftest import Sent
from tests.waiting import PATIENCE


@pytest.fixture
def folder(referral: Sent, tmp_path: Path) -> Path:
    """The folder that the prosecutor's packets go into."""
    made = tmp_path / "packets"
    made.mkdir()
    referral.configure(f'[prosecution]\nuse = "packet"\nfolder = "{made}"\n')
    return made


@pytest.mark.clause("W-24", "W-36")
def test_a_packet_holds_what_a_prosecutor_needs(referral: Sent, folder: Path) -> None:
    """A cover and what people saw themselves; the manifest's digests are those of the files."""
    referral.draft(ReferralKind.PROSECUTION)
    row = referral.send_now()
    assert (row["status"], row["way"]) == (ReferralStatus.SENT, "packet")
    (packet,) = folder.iterdir()
    assert packet.name == f"{row['id']}.zip"
    assert packet.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(packet) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: sha256(content).hexdigest() for name, content in files.items()
    }
    assert sorted(files) == ["cover.pdf", "observation-1.txt"]
    assert files["cover.pdf"].startswith(b"%PDF-")
    observed = files["observation-1.txt"].decode()
    assert "invented-report-behaviour" in observed
    assert "invented-report-threat" in observed
    assert "reporter" not in observed, "who reported is not told (W-40)"
    (told,) = referral.walk.records(referral.number, "disclosures")
    assert told["what"] == ["case_number", "identifiers", "observation", "recommendation"]
    assert told["basis"] == "no_education_record"


@pytest.mark.clause("W-36")
def test_what_nobody_saw_themselves_is_not_in_it(referral: Sent, folder: Path) -> None:
    """Hearsay and records stay with the team."""
    referral.draft(ReferralKind.PROSECUTION, own_observation=False)
    referral.send_now()
    (packet,) = folder.iterdir()
    with zipfile.ZipFile(packet) as archive:
        assert archive.namelist() == ["manifest.json", "cover.pdf"]


def test_a_second_attempt_is_the_same_packet(referral: Sent, folder: Path) -> None:
    """Under the same name, with the same bytes."""
    referral.draft(ReferralKind.PROSECUTION)
    referral.send_now()
    (packet,) = folder.iterdir()
    first = packet.read_bytes()
    referral.send_now()
    (packet,) = folder.iterdir()
    assert packet.read_bytes() == first


def test_a_folder_that_is_away_holds_it_up(referral: Sent, folder: Path) -> None:
    """Nothing half is left behind, and it goes out once the folder is there."""
    referral.draft(ReferralKind.PROSECUTION)
    way = referral.seat.desk.offices.way("prosecution")
    assert asyncio.run(problem_of(way, timeout=PATIENCE)) == ""
    folder.rmdir()
    assert asyncio.run(problem_of(way, timeout=PATIENCE)) == "folder_unwritable"
    with pytest.raises(StepFailed, match="folder_unwritable"):
        referral.send_now()
    assert referral.row()["code"] == "folder_unwritable"
    folder.mkdir()
    assert (referral.send_now())["code"] == ""


def test_a_folder_is_named_in_full(tmp_path: Path) -> None:
    """Where tatflow was started from makes no difference."""
    config = tmp_path / "offices.toml"
    config.write_text('[prosecution]\nuse = "packet"\nfolder = "packets"\n')
    with pytest.raises(BadInput, match=r"prosecution\.folder: the path must be absolute"):
        load_offices(config, ["prosecution"])
