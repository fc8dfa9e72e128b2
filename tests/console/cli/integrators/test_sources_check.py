"""`tat sources check NAME`: one source, tried, in plain words; nothing is asked before somebody said so."""

import asyncio
import json
import os
import pty
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from console.partner_stub import deciding
from deployments.relay.state import shown
from states.settings import Settings
from tasks.far.codes import ADVICE
from tasks.loaded import leave_note
from tests.cases.walking import Walk
from tests.console.conftest import Tat
from tests.servers.partner_serving import partner_at
from tests.waiting import PATIENCE

#: values that show only when somebody asks for them
SAM, STANDING = "900000001", "On probation, twice"

SOURCES = f"""
[cards]
use = "scripted"
accepts = ["ferpa_school_official"]
[cards.answers.registrar]
answer = "{{answer}}"
needs = ["campus_id"]
reason = "unauthorized"
permanent = true
facts = [{{{{ name = "Academic standing", value = "{STANDING}", kind = "dynamic" }}}}]
"""

TRY = ("sources", "check", "cards", "--subject", f"campus_id={SAM}")


#: a source that knows the person, and could not say all
HALF = SOURCES.format(answer="found") + 'missing = ["grades", "guardians"]\n'


def plug_in(tat: Tat, answer: str = "found") -> None:
    """Write a sources file with a source that answers so."""
    (tat.home / "sources.toml").write_text(SOURCES.format(answer=answer))


def test_what_is_found_without_a_part_says_so(tat: Tat, walk: Walk) -> None:
    """It is found, and nobody takes the half for the whole."""
    del walk
    (tat.home / "sources.toml").write_text(HALF)
    assert "with 1 fact, but without grades and guardians." in " ".join(tat(*TRY, "--yes").stdout.split())
    said = json.loads(tat(*TRY, "--yes", "--json").stdout)
    assert (said["verdict"], said["missing"]) == ("found", ["grades", "guardians"])
    lines = json.loads(tat("audit", "queries", "--json", "--as", "chair").stdout)
    assert {line["code"] for line in lines} == {"without_grades_and_guardians"}


@pytest.mark.parametrize(
    ("answer", "exit_code", "said"),
    [
        ("found", 0, "found, with 1 fact"),
        ("not_found", 0, "has looked, and does not know"),
        ("pending", 0, "answer later"),
        ("refused", 1, "it will not answer"),
        ("unavailable", 1, "see to that before"),
        ("raise", 1, "source error"),
    ],
)
def test_each_answer_has_its_verdict(tat: Tat, answer: str, exit_code: int, said: str) -> None:
    """Each of the five is told as what it is, with the time that it took; without a value."""
    plug_in(tat, answer)
    result = tat(*TRY, "--yes")
    assert (result.exit_code, result.stderr) == (exit_code, "")
    text = " ".join(result.stdout.split())
    assert said in text
    assert "s of 30 s." in text
    assert SAM not in text
    assert STANDING not in text


def test_what_stands_in_the_way_comes_with_what_to_do(tat: Tat) -> None:
    """A code alone helps nobody."""
    plug_in(tat, "unavailable")
    assert ADVICE["unauthorized"] in " ".join(tat(*TRY, "--yes").stdout.split())


def test_values_are_printed_for_whoever_asks_for_them(tat: Tat) -> None:
    """Facts go by their names; --show adds what they say."""
    plug_in(tat)
    assert tat.json(*TRY, "--yes")["facts"] == [{"name": "Academic standing"}]
    assert tat.json(*TRY, "--yes", "--show")["facts"] == [{"name": "Academic standing", "value": STANDING}]
    assert STANDING in tat(*TRY, "--yes", "--show").stdout


def test_nothing_is_looked_up_before_somebody_says_so(tat: Tat) -> None:
    """A trial is a look-up about a person, on no case: it says that, and stops."""
    plug_in(tat)
    result = tat(*TRY)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "it is on no case" in result.stderr
    assert "--yes" in result.stderr


@pytest.mark.parametrize(("typed", "exit_code"), [(b"y\n", 0), (b"n\n", 1)])
def test_in_a_terminal_a_person_is_asked_first(tat: Tat, typed: bytes, exit_code: int) -> None:
    """It says what the look-up is, and takes a yes or a no."""
    plug_in(tat)
    person, terminal = pty.openpty()
    os.write(person, typed)
    ended = subprocess.run(
        [sys.executable, "-c", "from console.cli import main; main()", *TRY],
        stdin=terminal,
        capture_output=True,
        env={**os.environ, "TAT_HOME": str(tat.home)},
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    os.close(person)
    os.close(terminal)
    assert ended.returncode == exit_code
    assert "it is on no case" in ended.stderr
    assert ("found, with 1 fact" in ended.stdout) == (exit_code == 0)


def test_without_a_subject_nobody_is_asked(tat: Tat) -> None:
    """It says what the source would need."""
    plug_in(tat, "raise")
    said = tat.json("sources", "check", "cards")
    assert said["verdict"] == "not_asked"
    assert said["needs"] == {"registrar": ["campus_id"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sources", "check", "nobody"], "no source of that name"),
        (["sources", "check", "cards", "--subject", SAM], "KIND=VALUE"),
        (["sources", "check", "cards", "--subject", "email=x@wnmu.example"], "--kind"),
        (["sources", "check", "--subject", f"campus_id={SAM}"], "needs the name of a source"),
    ],
)
def test_what_cannot_be_asked_is_not(tat: Tat, words: list[str], said: str) -> None:
    """It says so, and repeats no identifier."""
    plug_in(tat)
    result = tat(*words, "--yes")
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert SAM not in result.stderr


def test_without_a_basis_nothing_is_asked(tat: Tat) -> None:
    """What the pack does not permit, a person has to name; consent that nobody gave permits nothing."""
    text = SOURCES.format(answer="found").replace("ferpa_school_official", "consent")
    (tat.home / "sources.toml").write_text(text)
    assert "--basis" in tat(*TRY, "--yes").stderr
    result = tat(*TRY, "--yes", "--basis", "consent")
    assert (result.exit_code, "No consent that covers it is on record" in result.stderr) == (1, True)


def test_the_gate_withholds_what_the_pack_does_not_allow(tat: Tat) -> None:
    """A trial is a look-up: without a basis that the pack allows, nobody is asked."""
    text = SOURCES.format(answer="found").replace("ferpa_school_official", "court_order")
    (tat.home / "sources.toml").write_text(text)
    result = tat(*TRY, "--yes", "--basis", "court_order")
    assert (result.exit_code, "Withheld" in result.stderr) == (1, True)


@pytest.mark.clause("P-03")
def test_a_trial_is_in_the_audit_as_on_no_case(tat: Tat, walk: Walk) -> None:
    """Whoever sets a source up leaves a trace, like everybody who asks."""
    plug_in(tat)
    assert tat(*TRY, "--yes").exit_code == 0
    del walk
    (line,) = json.loads(tat("audit", "queries", "--json", "--as", "chair").stdout)
    assert (line["source"], line["case_number"], line["status"]) == ("cards", "", "found")
    assert "no_case" in line["odd"]


BOUND = """
[records]
use = "scripted"
{more}
[records.answers.registrar]
answer = "not_found"
[records.answers.human_resources]
answer = "not_found"
[records.answers.past_contacts]
answer = "not_found"
"""


def states(tat: Tat) -> set[str]:
    """What `tat sources check` says of the three questions that every inquiry puts."""
    result = tat("sources", "check", "--json")
    asked = [each for each in json.loads(result.stdout) if each["source"] == "records"]
    assert len(asked) == 3
    assert result.exit_code == (1 if any(each["problem"] for each in asked) else 0)
    return {each["problem"] for each in asked}


def test_what_is_in_order_here_is_compared_with_the_running_relay(tat: Tat) -> None:
    """A relay that started before the file was written, or with another one, is said to be started anew."""
    settings = Settings(home=tat.home)
    file = tat.home / "sources.toml"
    with shown(settings):
        file.write_text(BOUND.format(more=""))
        assert states(tat) == {"The running relay does not know it (not configured): wait some seconds."}
        assert "Compared with what the running relay works with." in tat("sources", "check").stdout
    assert states(tat) == {""}
    assert "No relay runs on this data folder" in tat("sources", "check").stdout
    with shown(settings):
        assert states(tat) == {""}
        file.write_text(BOUND.format(more="at_once = 2"))
        assert states(tat) == {"The running relay works with another table of it: wait some seconds."}


NAMED_ELSEWHERE = """
[records]
use = "sql"
url_secret = { env = "TEST_RECORDS_URL" }
dialect = "sqlite"
[records.queries.registrar]
sql = "SELECT standing FROM students WHERE student_id = :campus_id"
[records.queries.registrar.dynamic]
"Standing" = "standing"
"""


def test_in_pool_mode_it_is_compared_with_what_the_newest_run_in_the_pool_had(
    tat: Tat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run there reads the files anew, in an environment of its own; the relay asks nobody itself."""
    settings = Settings(home=tat.home, execution="pool")

    def said() -> str:
        return " ".join(tat("sources", "check").stdout.split())

    def problems() -> list[str]:
        asked = json.loads(tat("sources", "check", "--json").stdout)
        return [each["problem"] for each in asked if each["source"] == "records"]

    with shown(settings):
        (tat.home / "sources.toml").write_text(NAMED_ELSEWHERE)
        assert "none has been done here yet" in said()
        leave_note(settings)
        assert problems() == [
            "The work pool's newest run had no TEST_RECORDS_URL: restart its worker where it is set."
        ]
        monkeypatch.setenv("TEST_RECORDS_URL", "sqlite://")
        leave_note(settings)
        monkeypatch.delenv("TEST_RECORDS_URL")
        assert problems() == [""]
        assert "the newest run in the work pool" in said()


def in_toml(value: object) -> str:
    """A value as TOML writes it inline."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {in_toml(each)}' for key, each in value.items()) + " }"
    return json.dumps(value)


async def test_a_trial_that_is_answered_later_goes_on_with_its_ticket(
    tat: Tat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same command asks what became of it, and so does --ticket; once answered, it is a new one.

    An answer that was to be erased before it came is none, as in a case.
    """
    async with partner_at(tmp_path, monkeypatch) as partner:
        table = partner.table(kinds=["weapons_registration"], callback=False) | {"use": "partner"}
        lines = (f"{key} = {in_toml(value)}\n" for key, value in table.items())
        (tat.home / "sources.toml").write_text(f"[police]\n{''.join(lines)}")
        about = ("--subject", "name=Sam Sample", "--subject", "date_of_birth=2001-02-03")
        words = ("sources", "check", "police", *about, "--yes")
        first = await asyncio.to_thread(tat.json, *words)
        assert (first["verdict"], bool(first["ticket"])) == ("pending", True)
        again = await asyncio.to_thread(tat.json, *words)
        by_hand = await asyncio.to_thread(tat.json, *words, "--ticket", first["ticket"])
        assert again["ticket"] == by_hand["ticket"] == first["ticket"]
        assert len(await partner.queries()) == 1
        assert "Sample" not in (tat.home / "trial-tickets.json").read_text()
        await partner.decide("no_hit")
        assert (await asyncio.to_thread(tat.json, *words))["verdict"] == "not_found"
        assert (await asyncio.to_thread(tat.json, *words))["verdict"] == "pending"
        assert len(await partner.queries()) == 2
        monkeypatch.setattr(deciding, "KEPT", timedelta(days=-1))
        await partner.decide("no_hit")
        late = await asyncio.to_thread(tat, *words, "--json")
        assert (late.exit_code, json.loads(late.stdout)["code"]) == (1, "kept_no_longer")


def test_a_ticket_alone_is_not_enough(tat: Tat) -> None:
    """It says that the subject goes with it, and asks nobody."""
    plug_in(tat, "pending")
    refused = tat("sources", "check", "cards", "--ticket", "T-1")
    assert refused.exit_code == 2
    assert "--subject" in refused.stderr
