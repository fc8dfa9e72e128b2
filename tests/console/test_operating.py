"""Set up, look after, import, check: the commands for those who keep tatflow running."""

import json
import os
import sqlite3
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from states.casebook import timers
from states.process import TRANSITIONS
from states.vocabulary import Clock, ReferralKind
from tests.console.conftest import Tat
from tests.walking import Walk

File = Callable[[str | bytes], str]

HEADER = b"Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n"
LOG = (
    HEADER
    + b"Lost Property,Somewhere,1/1/19 7:48 AM,1/1/19 2:00 AM,Somebody lost a hat,Closed,19-00001\n"
    + b"broken,row\n"
    + b"Stalking,Somewhere,1/2/19 7:48 AM,1/2/19 2:00 AM,Somebody was followed,Open,19-00002\n"
)


def test_a_new_folder_becomes_a_casebook(empty: Tat) -> None:
    """`tat init` makes folder, key and database, and doing it again changes nothing."""
    assert empty("init").exit_code == 0
    key = (empty.home / "master.key").read_bytes()
    assert empty("init").exit_code == 0
    assert (empty.home / "master.key").read_bytes() == key
    assert (empty.home / "master.key").stat().st_mode & 0o777 == 0o600
    first = ("team", "add", "chair", "--name", "invented", "--address", "c@wnmu.example", "--role", "chair")
    assert empty(*first, "--office", "student_affairs").exit_code == 0
    assert empty.json("case", "list") == []


def test_a_lost_key_is_not_replaced(tat: Tat, walk: Walk) -> None:
    """Beside a database that nothing can read any more, no new key is made."""
    walk.reported()
    (tat.home / "master.key").unlink()
    for command in (("init",), ("case", "list"), ("up",)):
        result = tat(*command)
        assert result.exit_code == 1
        assert not (tat.home / "master.key").exists()


@pytest.mark.usefixtures("walk")
def test_a_wrong_setting_is_told_by_name(tat: Tat) -> None:
    """A variable that cannot be used is named; what it holds is not told."""
    broken = Tat(tat.home, tat.environment | {"TAT_PREFECT_PORT": "secret-word"})
    result = broken("case", "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "TAT_PREFECT_PORT" in result.stderr
    assert "secret-word" not in result.stderr


@pytest.mark.parametrize(
    ("content", "way_out"), [(b"", "`tat init` makes one"), (b"no database at all" * 90, "restore a backup")]
)
def test_a_database_that_is_not_set_up_is_told(content: bytes, way_out: str, tat: Tat) -> None:
    """A database without its tables, or a file that is none, is a sentence that names the way out."""
    (tat.home / "casebook.db").write_bytes(content)
    result = tat("case", "list")
    assert (result.exit_code, result.stdout) == (1, "")
    assert way_out in result.stderr


def test_a_wrong_master_key_is_told_before_anything_is_done(empty: Tat) -> None:
    """A casebook proves its key from the day it is made: set-up, start and commands refuse another one."""
    assert empty("init").exit_code == 0
    wrong = urlsafe_b64encode(bytes(32)).decode()
    (empty.home / "wrong").write_text(wrong)
    for name, value in (("TAT_MASTER_KEY", wrong), ("TAT_KEY_COMMAND", f"cat {empty.home / 'wrong'}")):
        locked_out = Tat(empty.home, empty.environment | {name: value})
        for words in (("init",), ("up",), ("case", "list"), ("ledger", "verify")):
            result = locked_out(*words)
            assert result.exit_code == 1, words
            assert "does not fit this casebook" in result.stderr + result.stdout, words
            assert "eady" not in result.stdout
    right = Tat(empty.home, empty.environment | {"TAT_KEY_COMMAND": f"cat {empty.home / 'master.key'}"})
    assert right("init").exit_code == 0
    for command, why in (
        ("false", "it ended with 1"),
        ("/nowhere/key", "FileNotFoundError"),
        ("'", "ValueError"),
    ):
        failing = Tat(empty.home, empty.environment | {"TAT_KEY_COMMAND": command})("init")
        assert (failing.exit_code, why in failing.stderr) == (1, True), failing.stderr


def test_another_master_key_takes_the_place_of_one_that_a_command_gives(empty: Tat) -> None:
    """The new one is given in a file; once it is in place, nothing opens with the old one."""
    assert empty("init").exit_code == 0
    old, new = empty.home / "master.key", empty.home.parent / "new.key"
    new.write_bytes(urlsafe_b64encode(b"n" * 32))
    commanded = Tat(empty.home, empty.environment | {"TAT_KEY_COMMAND": f"cat {old}"})
    assert commanded("keys", "rotate").exit_code == 2
    assert empty("keys", "rotate", "--to", str(new)).exit_code == 2
    for wrapped in (1, 0):
        changed = commanded.json("keys", "rotate", "--to", str(new))
        assert changed["wrapped"] == wrapped
    assert empty("init").exit_code == 1
    assert Tat(empty.home, empty.environment | {"TAT_KEY_COMMAND": f"cat {new}"})("init").exit_code == 0


def test_what_others_can_read_is_told_and_closed(empty: Tat) -> None:
    """Folder, key and database are their owner's after `tat init`; until then each command says so."""
    assert empty("init").exit_code == 0
    private = [empty.home, empty.home / "master.key", empty.home / "casebook.db"]
    assert [path.stat().st_mode & 0o777 for path in private] == [0o700, 0o600, 0o600]
    for path in private:
        path.chmod(0o755)
    assert "Others on this machine can read" in empty("circuits").stderr
    closed = empty("init", "--json")
    assert len(json.loads(closed.stdout)["closed"]) == 3
    assert [path.stat().st_mode & 0o077 for path in private] == [0, 0, 0]
    assert empty("circuits").stderr == ""


def test_a_program_writes_into_no_newer_casebook(tat: Tat, walk: Walk) -> None:
    """Commands, relay, reception and lane each say that a newer program is needed, and change not a byte."""
    walk.book.close()
    with closing(sqlite3.connect(tat.home / "casebook.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = (tat.home / "casebook.db").read_bytes()
    report = tat.example("report")
    for words in (("report", "-"), ("case", "list"), ("effects", "list"), ("init",), ("keys", "rotate")):
        result = tat(*words, given=report)
        assert (result.exit_code, "of a newer tatflow" in result.stderr) == (1, True), words
    for module in ("deployments.alarm_lane", "deployments.relay_process", "console.reception"):
        # Its standard input is its lifeline: it stays open.
        with subprocess.Popen(
            [sys.executable, "-m", module, "0"],
            env={**os.environ, "TAT_HOME": str(tat.home)},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            said = process.stderr.read()
            assert (process.wait(), "of a newer tatflow" in said) == (1, True), said
        assert "Traceback" not in said
    assert (tat.home / "casebook.db").read_bytes() == before


@pytest.mark.parametrize("url", ["nonsense", "nonsense://secret-word@host/db"])
def test_an_address_that_is_none_is_usage(url: str, tat: Tat) -> None:
    """An address of no database is told by its variable, without a word of it."""
    result = Tat(tat.home, tat.environment | {"TAT_DATABASE_URL": url})("case", "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "TAT_DATABASE_URL" in result.stderr
    assert "secret-word" not in result.stderr


@pytest.mark.usefixtures("walk")
def test_a_log_is_taken_in_whole(tat: Tat, file: File) -> None:
    """The summary accounts for every row, names rules, and tells what is unreadable by its lines."""
    log = file(LOG)
    result = tat("import-log", log, "--site", "silver_city")
    assert result.exit_code == 0
    assert "Unreadable, line 3: " in result.stdout
    assert "report of concern  1     stalking 1" in result.stdout
    again = tat.json("import-log", log, "--site", "silver_city")
    assert (again["known"], sum(again["verdicts"].values())) == (3, 0)
    rows = tat.json("intake", "list", "--verdict", "report_of_concern")
    assert [row["line"] for row in rows] == [4]
    assert "Somebody was followed" in tat("intake", "list").stdout


@pytest.mark.usefixtures("walk")
def test_a_file_that_is_no_log_is_usage(tat: Tat, file: File) -> None:
    """A wrong header, a site that there is not, or a file that is not there exit with 2."""
    assert tat("import-log", file(b"a,b\n1,2\n"), "--site", "silver_city").exit_code == 2
    assert tat("import-log", file(LOG), "--site", "atlantis").exit_code == 2
    assert tat("import-log", "/nowhere/log.csv", "--site", "silver_city").exit_code == 2
    assert tat.json("intake", "list") == []


@pytest.mark.usefixtures("walk")
def test_only_those_who_run_the_team_import(tat: Tat, file: File) -> None:
    """A member who neither chairs nor keeps the records does not import."""
    assert tat("import-log", file(LOG), "--site", "silver_city", member="nurse").exit_code == 1


@pytest.mark.usefixtures("walk")
def test_a_row_is_taken_up_once(tat: Tat, file: File) -> None:
    """A row becomes a report once; the second time names the case it is in."""
    tat.json("import-log", file(LOG), "--site", "silver_city")
    (row,) = tat.json("intake", "list", "--verdict", "report_of_concern")
    subject = '{"site": "silver_city", "name": "invented-subject"}'
    number = tat.json("intake", "take", row["entry_id"], "-", given=subject)["number"]
    assert "Somebody was followed" in tat("case", "show", number).stdout
    result = tat("intake", "take", row["entry_id"], "-", given=subject)
    assert result.exit_code == 1
    assert number in result.stderr


def test_a_changed_ledger_is_told(tat: Tat, walk: Walk) -> None:
    """Verification counts what it walked over, and names the first broken link."""
    number = walk.reported()
    # The case's chain, and the team's, in which its members stand.
    assert tat.json("ledger", "checkpoint") == {"grown": 2}
    assert tat.json("ledger", "verify")["checkpoints"] == 1
    walk.book.close()
    with sqlite3.connect(tat.home / "casebook.db") as connection:
        connection.execute("UPDATE events SET actor = 'nobody' WHERE seq = 1")
    connection.close()
    result = tat("ledger", "verify", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    said = json.loads(result.stderr)
    assert said["error"] == "LedgerBroken"
    assert number in said["message"]


def test_running_clocks_are_listed_by_case(tat: Tat, walk: Walk) -> None:
    """Deadlines are listed soonest first, of one case if asked, with their clause."""
    number = walk.in_inquiry()
    walk.reported()
    lines = tat.json("deadlines", "--case", number)
    assert {line["case_number"] for line in lines} == {number}
    assert [line["due_at"] for line in lines] == sorted(line["due_at"] for line in lines)
    assert tat.json("deadlines", "--overdue") == []
    assert "source answer" in tat("deadlines").stdout


def test_effects_are_listed_without_what_they_are_about(tat: Tat, walk: Walk) -> None:
    """The list of effects holds codes and no word that anybody wrote."""
    walk.in_inquiry()
    shown = tat("effects", "list").stdout
    assert "collect records" in shown
    assert "invented" not in shown + json.dumps(tat.json("effects", "list"))
    assert tat("effects", "list", "--status", "lost").exit_code == 2


@pytest.mark.usefixtures("walk")
def test_only_operators_redrive(tat: Tat) -> None:
    """A plain member does not redrive."""
    number = tat.json("report", "-", given='{"behaviour_of_concern": "x", "subject": {"site": "deming"}}')[
        "number"
    ]
    (effect,) = tat.json("effects", "list", "--case", number)
    assert tat("effects", "redrive", effect["effect_id"], member="nurse").exit_code == 1
    assert tat("effects", "redrive", effect["effect_id"], member="keeper").exit_code == 0


@pytest.mark.clause("W-02")
def test_the_first_member_enrols_alone(tat: Tat) -> None:
    """The first of an empty team needs nobody; the second needs somebody who may."""
    member = ("--name", "invented", "--address", "m@wnmu.example", "--office", "student_affairs")
    assert tat("team", "add", "first", *member, "--role", "chair", member="first").exit_code == 0
    assert tat("team", "add", "second", *member, member=None).exit_code == 1
    assert tat("team", "add", "second", *member, member="first").exit_code == 0
    assert tat("team", "add", "second", "--name", "x", "--address", "y", member="second").exit_code == 1
    assert tat("team", "add", "a b", *member, member="first").exit_code == 2
    assert tat("team", "add", "third", *member, "--office", "nowhere", member="first").exit_code == 2
    assert [each["id"] for each in tat.json("team", "list", member="first")] == ["first", "second"]


@pytest.mark.clause("W-46")
def test_a_review_of_the_plan_is_entered(tat: Tat, walk: Walk) -> None:
    """Who runs the team enters reviews; a plain member does not."""
    words = ("team", "review", "-", "--approved-by", "The president", "--effective-at", "2026-01-01T00:00Z")
    assert tat(*words, given='{"sections_revised": "All."}').exit_code == 0
    assert tat(*words, given='{"sections_revised": "All."}', member="nurse").exit_code == 1
    assert tat(*words[:-1], "soon", given='{"sections_revised": "All."}').exit_code == 2
    assert walk.book is not None


@pytest.mark.clause("W-46")
def test_a_review_waits_for_its_approval_and_the_record_is_read(tat: Tat, walk: Walk) -> None:
    """The clock runs until the Crisis Intervention Response Team has approved; any member reads it."""
    timers.set_team_clocks(walk.book)

    def running() -> bool:
        return any(line.clock == Clock.ANNUAL_REVIEW for line in timers.running(walk.book, by=walk.chair))

    entered = ("team", "review", "-", "--effective-at", "2026-01-01T00:00Z")
    made = tat.json(*entered, given='{"sections_revised": "Section 4."}')["review"]
    assert running()
    (line,) = tat.json("team", "reviews", member="nurse")
    assert (line["sections_revised"], line["approved_by"]) == ("Section 4.", "")
    shown = " ".join(tat("team", "reviews", member="nurse").stdout.split())
    assert "waits for" in shown
    assert "Crisis Intervention Response Team" in shown
    approve = ("team", "approve-review", made[:8], "--approved-by", "Pat Example")
    assert tat(*approve, member="nurse").exit_code == 1
    assert tat(*approve).exit_code == 0
    assert tat(*approve).exit_code == 1, "it is approved already"
    assert [line["approved_by"] for line in tat.json("team", "reviews")] == ["Pat Example"]
    assert not running()


@pytest.mark.usefixtures("walk")
def test_meetings_want_a_time_ahead(tat: Tat) -> None:
    """A meeting in the past, or at no time, is not called."""
    number = tat.json("report", "-", given='{"behaviour_of_concern": "x", "subject": {"site": "deming"}}')[
        "number"
    ]
    for time in ("2001-01-01T00:00Z", "tomorrow", "2999-01-01"):
        assert tat("meeting", "schedule", number, "--at", time).exit_code == 2
    assert "has none yet" in tat("meeting", "list", number).stdout


def test_an_office_cannot_answer_with_anything(tat: Tat, walk: Walk) -> None:
    """What an office answers to a referral is one of four words; counseling says no more than that (U-09)."""
    number = walk.monitored(referrals=(ReferralKind.CONDUCT, ReferralKind.COUNSELLING))
    ids = {row["kind"]: row["id"][:8] for row in walk.records(number, "referrals")}
    conduct, counseling = ids[ReferralKind.CONDUCT], ids[ReferralKind.COUNSELLING]
    assert tat("referral", "outcome", number, conduct, "sent").exit_code == 2
    assert tat("referral", "outcome", number, conduct, "perhaps").exit_code == 2
    tat.json("referral", "outcome", number, conduct, "declined", "--text", "invented-answer")
    assert "invented-answer" in tat("referral", "list", number).stdout
    refused = tat("referral", "outcome", number, counseling, "completed", "--text", "invented-answer")
    assert (refused.exit_code, "invented" in refused.stderr) == (2, False)
    tat.json("referral", "outcome", number, counseling, "completed", "--attendance", "attended")
    assert "attended" in tat("referral", "show", number, counseling).stdout
    assert tat("referral", "outcome", number, counseling, "declined").exit_code == 1


def test_an_office_that_cannot_be_sent_anything_is_found_beforehand(tat: Tat, tmp_path: Path) -> None:
    """`tat offices check` tries each way, and `list` shows it; a wrong file is told by key."""
    assert tat("offices", "check").exit_code == 0
    table = '[prosecution]\nuse = "packet"\nfolder = "{}"\n'
    (tat.home / "offices.toml").write_text(table.format(tmp_path / "away"))
    checked = tat("offices", "check", "--json")
    problems = {row["office"]: row["problem"] for row in json.loads(checked.stdout)}
    assert (checked.exit_code, problems["prosecution"], problems["counselling"]) == (
        1,
        "folder_unwritable",
        "",
    )
    assert "packet" in tat("offices", "list").stdout
    (tat.home / "offices.toml").write_text(table.format("away"))
    refused = tat("offices", "list")
    assert (refused.exit_code, refused.stderr[:34]) == (2, "offices.toml: prosecution.folder: ")


def test_who_wrote_a_plan_does_not_approve_it(tat: Tat, walk: Walk) -> None:
    """A plan's writer is refused, and another member is not (W-20)."""
    number = walk.assessed()
    walk.act(number, "develop_plan")
    plan = tat.json("plan", "draft", number, "-", given=tat.example("plan", "draft"))["plan"]
    assert tat("plan", "approve", number, plan).exit_code == 1
    assert tat("plan", "approve", number, plan, member="officer").exit_code == 0
    assert "Approved  by officer" in " ".join(tat("plan", "show", number).stdout.split(" ")).replace(
        "   ", "  "
    )


def test_an_assessment_of_criteria_that_there_are_not_is_usage(tat: Tat, walk: Walk) -> None:
    """Only criteria of the level can be met (W-05)."""
    number = walk.in_inquiry()
    given = json.loads(tat.example("assess")) | {"criteria": ["nonsense-1"]}
    result = tat("assess", number, "-", given=json.dumps(given))
    assert result.exit_code == 2
    assert "criteria takes one or more ids of the criteria of Moderate" in result.stderr


def test_a_wrong_pack_is_told_by_file_and_key(empty: Tat, file: File) -> None:
    """`tat policy check` says what is wrong with which entry."""
    assert empty("policy", "check", "wnmu").exit_code == 0
    wrong = empty("policy", "check", file('name = "x"\n'))
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "given.json: " in wrong.stderr
    assert empty("policy", "check", "nowhere").exit_code == 2


def test_the_policy_is_a_table_with_clauses(empty: Tat) -> None:
    """`tat policy show` gives every entry with its clause."""
    rows = empty.json("policy", "show")
    assert all(row["clause"] for row in rows)
    assert "W-30" in empty("policy", "show").stdout


def test_a_question_nobody_answers_is_told(empty: Tat) -> None:
    """Without sources the check fails, and says for which of the questions that every inquiry asks."""
    result = empty("sources", "check", "--json")
    assert result.exit_code == 1
    missed = {each["kind"] for each in json.loads(result.stdout) if each["problem"]}
    assert missed == {"registrar", "human_resources", "past_contacts"}
    assert "No source is plugged in" in empty("sources", "list").stdout


def test_a_wrong_sources_file_is_usage(tat: Tat) -> None:
    """A file of sources that cannot be used is told by file and key."""
    (tat.home / "sources.toml").write_text('[registrar]\nuse = "nonsense"\n')
    result = tat("sources", "list")
    assert result.exit_code == 2
    assert "sources.toml: registrar.use" in result.stderr


def test_an_unknown_notice_is_usage(empty: Tat) -> None:
    """A message that there is not is answered with those that there are."""
    result = empty("notices", "preview", "nonsense")
    assert result.exit_code == 2
    assert "reminder" in result.stderr


def test_no_word_shows_help(empty: Tat) -> None:
    """`tat` alone shows what there is, and is no success."""
    result = empty()
    assert result.exit_code == 2
    assert "import-log" in result.stdout + result.stderr
    assert empty("--help").exit_code == 0


def test_a_pipe_that_closes_early_is_no_drama() -> None:
    """`tat … | head -1` prints no traceback."""
    command = f"{sys.executable} -c 'from console.cli import main; main()' process show --json | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=dict(os.environ))  # noqa: S607
    assert done.stdout == b"[\n"
    assert done.stderr == b""


@pytest.mark.parametrize(
    "words", [["--help"], ["process", "show"], ["case", "can", "--help"], ["notices", "list"]]
)
def test_commands_that_need_no_casebook_are_light(words: list[str], empty: Tat) -> None:
    """Neither help nor lists of our own load the casebook or Prefect."""
    code = (
        "import sys; from console.cli import main\n"
        f"sys.argv = ['tat', *{words!r}]\n"
        "try: main()\n"
        "finally: sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert {"prefect", "sqlalchemy", "states.casebook"}.isdisjoint(done.stderr.split())
    assert empty.home.name == "home"


def test_reading_cases_needs_no_prefect(tat: Tat, walk: Walk) -> None:
    """`tat case list` does not load the orchestrator, which takes seconds."""
    walk.reported()
    code = (
        "import sys; from console.cli import main\n"
        "sys.argv = ['tat', 'case', 'list', '--as', 'chair']\n"
        "try: main()\n"
        "finally: sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    environment = {**os.environ, "TAT_HOME": str(tat.home)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment
    )
    assert "TAT-" in done.stdout
    assert {"prefect", "fastapi", "httpx"}.isdisjoint(done.stderr.split())


def test_the_table_of_the_process_is_data(empty: Tat) -> None:
    """As JSON the process is its table."""
    assert [row["trigger"] for row in empty.json("process", "show")] == [row.trigger for row in TRANSITIONS]


def test_paths_stay_where_they_are(tmp_path: Path, empty: Tat) -> None:
    """Help leaves nothing behind."""
    empty("--help")
    assert list(tmp_path.iterdir()) == []
