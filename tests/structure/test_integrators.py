"""The integrator's manual works as it is written: its commands are typed here, one after the other."""

import os
import re
import subprocess
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deployments.supervision.listening import reserved_port
from tasks.far.codes import ADVICE
from tasks.suites import offices, sources

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "integrators.md").read_text(encoding="utf-8")

#: commands that a reader's environment has: those of packages in this one
COMMANDS = ("tat", "pytest", "pip")


def commands() -> str:
    """Everything that the manual has its reader type."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", MANUAL, flags=re.MULTILINE | re.DOTALL))


def environment_of_a_reader(folder: Path) -> Path:
    """Make an environment with the packages of this one, for more to be installed; gives its programs."""
    venv.create(folder, symlinks=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    here = sysconfig.get_path("purelib")
    Path(packages, "of_the_tests.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    programs = folder / "bin"
    for command in COMMANDS:
        text = Path(sysconfig.get_path("scripts"), command).read_text(encoding="utf-8")
        program = programs / command
        program.write_text(f"#!{programs / 'python'}\n{text.partition(chr(10))[2]}", encoding="utf-8")
        program.chmod(0o755)
    return programs


@pytest.fixture
def ports() -> Iterator[list[str]]:
    """Four ports that nobody else gets."""
    with ExitStack() as reserved:
        yield [str(reserved.enter_context(reserved_port())) for _ in range(4)]


@pytest.mark.long
def test_the_manual_can_be_followed_word_for_word(tmp_path: Path, ports: list[str]) -> None:
    """From an empty folder to an answer in a case, with nothing typed but what the manual says."""
    api, office, prefect, reception = ports
    programs = environment_of_a_reader(tmp_path / "environment")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TAT_", "PYTEST_", "PREFECT_"))
    } | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "TAT_PREFECT_PORT": prefect,
        "TAT_RECEPTION_PORT": reception,
        # Everything is here already; a reader's pip fetches what is not.
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    # A reader has the port to himself; here, tests run side by side.
    script = commands()
    for package, usual, port in (("campus_cards", "8099", api), ("ticket_desk", "8098", office)):
        elsewhere = f"sed -i s/{usual}/{port}/ src/{package}/example_api.py contract.toml"
        script = script.replace(usual, port).replace(f"cd {package}\n", f"cd {package}\n{elsewhere}\n", 1)
    ended = subprocess.run(
        [  # noqa: S607 - whichever bash is here
            "bash",
            "-euo",
            "pipefail",
            "-c",
            f"trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{script}\nwait",
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Good standing" in ended.stdout


def test_the_manual_lists_every_code_and_every_rule() -> None:
    """What the program says is what the manual says."""
    missing = [
        line
        for line in (
            *(f"| `{code}` | {advice} |" for code, advice in ADVICE.items()),
            *(f"- {rule.name}" for rule in (*sources.RULES, *offices.RULES)),
        )
        if line not in MANUAL.splitlines()
    ]
    assert missing == []
    rules = len(sources.RULES)
    assert f"{rules + 2} tests that pass: {rules} are the rules" in " ".join(MANUAL.split())
