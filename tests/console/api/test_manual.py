"""The manual of the API works as it is written: its case is walked here, word for word."""

import json
import os
import re
import subprocess
from pathlib import Path

from console.invented import examples
from states.vocabulary.cases import CaseState
from tests.console.api.conftest import Programs
from tests.console.web.conftest import Served
from tests.servers.programs import installed

MANUAL = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def test_a_case_is_walked_from_its_report_to_its_plan(
    served: Served, program: Programs, tmp_path: Path
) -> None:
    """With nothing typed but what the manual says."""
    for needed in ("curl", "jq"):
        installed(needed)
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", MANUAL, flags=re.MULTILINE | re.DOTALL))
    assessment = examples.assessment().model_copy(
        update={"participants": ("chair", "officer", "nurse", "dean")}
    )
    tokens = {
        name: program(member).headers["Authorization"].removeprefix("Bearer ")
        for name, member in (("CHAIR", "chair"), ("OFFICER", "officer"), ("NURSE", "nurse"), ("DEAN", "dean"))
    }
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607 - whichever bash is here
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "API": f"{served.url}/api",
            "KEY": "8e03978e-40d5-43dd-bc93-6894a57f9324",
            "ASSESSMENT": json.dumps(assessment.model_dump(mode="json")),
            **tokens,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.rstrip().endswith('"Plan"')
    assert CaseState.PLAN in {line.state for line in served.walk.cases()}
