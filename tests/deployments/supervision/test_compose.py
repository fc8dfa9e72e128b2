"""The compose file that is shipped: as its specification says, and as closed as the systemd unit."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from states.errors import BadInput
from states.settings import SECRETS, Settings

ROOT = Path(__file__).parents[3]
FILE = ROOT / "deployments" / "compose.yaml"

#: settings that are no secret, and one that is read before the others
PLAIN = {name for name in Settings.model_fields if name not in ("master_key", "backup_key")} | {
    SECRETS.removeprefix("TAT_").lower()
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file, read."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return read


def checked(file: Path) -> subprocess.CompletedProcess[str]:
    """Hold a file against the published schema."""
    return subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_as_the_compose_specification_says(tmp_path: Path) -> None:
    """The published schema takes it, and refuses it with a word that it does not know."""
    found = checked(FILE)
    assert found.returncode == 0, found.stdout
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(FILE.read_text().replace("    read_only: true\n", "    read_onyl: true\n", 1))
    assert checked(wrong).returncode == 1


def test_every_service_is_started_again_and_closed(compose: dict[str, Any]) -> None:
    """What ends is started anew; nothing is written but into volumes; nobody is root who need not be."""
    for name, service in compose["services"].items():
        assert (name, service["restart"]) == (name, "unless-stopped")
        assert (name, service["read_only"], service["cap_drop"]) == (name, True, ["ALL"])
        assert "no-new-privileges:true" in service["security_opt"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert compose["services"]["tatflow"]["user"] == "10001"
    assert "USER 10001" in (ROOT / "deployments" / "Dockerfile").read_text()


def test_secrets_are_files_and_stand_nowhere_else(compose: dict[str, Any]) -> None:
    """Each is mounted from a file outside the image and git; what stands in the file is a plain setting."""
    tatflow, database = compose["services"]["tatflow"], compose["services"]["database"]
    assert {"tat_master_key", "tat_backup_key", "tat_database_url", "tat_smtp_url"} == set(tatflow["secrets"])
    assert all(name.removeprefix("tat_") in Settings.model_fields for name in tatflow["secrets"])
    assert set(compose["secrets"]) == {*tatflow["secrets"], *database["secrets"]}
    assert all(set(each) == {"file"} for each in compose["secrets"].values())
    assert all(each["file"].startswith("../secrets/") for each in compose["secrets"].values())
    assert {name.removeprefix("TAT_").lower() for name in tatflow["environment"]} <= PLAIN
    assert [name for name in database["environment"] if "PASSWORD" in name] == ["POSTGRES_PASSWORD_FILE"]
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    taken = (ROOT / ".dockerignore").read_text().splitlines()
    assert taken[1] == "*"
    assert "!secrets" not in taken


def test_a_setting_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment goes first; a folder that is not there is said."""
    (tmp_path / "tat_smtp_url").write_text("smtp://from.file.example\n")
    (tmp_path / "tat_pack").write_text("from a file")
    (tmp_path / "postgres_password").write_text("of somebody else")
    monkeypatch.setenv(SECRETS, str(tmp_path))
    monkeypatch.setenv("TAT_PACK", "from the environment")
    settings = Settings()
    assert settings.smtp_url.get_secret_value() == "smtp://from.file.example"
    assert settings.pack == "from the environment"
    monkeypatch.setenv(SECRETS, str(tmp_path / "nowhere"))
    with pytest.raises(BadInput, match="names no folder"):
        Settings()
