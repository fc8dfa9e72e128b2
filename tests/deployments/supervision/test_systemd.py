"""The systemd unit that is shipped."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[3] / "deployments" / "tatflow.service"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="This machine has no systemd.")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Systemd finds nothing to warn of, once the unit names a program and a user of this machine."""
    tat = Path(sysconfig.get_path("scripts")) / "tat"
    text = UNIT.read_text().replace("/opt/tatflow/.venv/bin/tat", str(tat)).replace("User=tatflow\n", "")
    assert text != UNIT.read_text()
    (tmp_path / UNIT.name).write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / UNIT.name)],  # noqa: S607 - whichever is here
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_unit_keeps_the_data_folder_to_its_user_and_starts_again() -> None:
    """The data folder is nobody else's, and a `tat up` that ends by itself is started again without end."""
    lines = set(UNIT.read_text().splitlines())
    assert {"StateDirectoryMode=0700", "UMask=0077", "Restart=on-failure", "StartLimitIntervalSec=0"} <= lines
