"""A police log is taken in whole, by those who run the team, and a row is taken up once."""

import os
from pathlib import Path

import pytest

from console.cli.members.report import logs
from tests.console.conftest import File, Tat

HEADER = b"Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n"


LOG = (
    HEADER
    + b"Lost Property,Somewhere,1/1/19 7:48 AM,1/1/19 2:00 AM,Somebody lost a hat,Closed,19-00001\n"
    + b"broken,row\n"
    + b"Stalking,Somewhere,1/2/19 7:48 AM,1/2/19 2:00 AM,Somebody was followed,Open,19-00002\n"
)


@pytest.mark.usefixtures("walk")
def test_a_log_is_taken_in_whole(tat: Tat, file: File) -> None:
    """The summary accounts for every row, names rules, and tells what is unreadable by its lines."""
    log = file(LOG)
    result = tat("import-log", log, "--site", "silver_city")
    assert result.exit_code == 0
    assert "Unreadable, line 3: " in result.stdout
    assert "report of concern        1     stalking 1" in result.stdout
    again = tat.json("import-log", log, "--site", "silver_city")
    assert (again["known"], sum(again["verdicts"].values())) == (3, 0)
    rows = tat.json("intake", "list", "--verdict", "report_of_concern")
    assert [row["line"] for row in rows] == [4]
    assert "Somebody was followed" in tat("intake", "list").stdout


@pytest.mark.usefixtures("walk")
def test_a_guessed_format_is_shown_and_waits_for_a_yes(tat: Tat, file: File) -> None:
    """Nothing is taken in before; once it is kept by a name, nobody is asked again."""
    header = b"Report #,Offense,Date Reported,Date Occurred,Place,Case Status\n"
    log = file(header + b"31-001,Stalking,25/3/2031 18:05,Unk.,Elm Hall,Open\n")
    asked = tat("import-log", log, "--site", "silver_city")
    assert asked.exit_code == 2
    assert "the day first" in asked.stderr
    assert "2031-03-25 18:05" in asked.stderr
    assert "--yes" in asked.stderr
    assert tat.json("intake", "list") == []
    told = tat("import-log", log, "--site", "silver_city", "--yes", "--save-as", "state-college")
    assert told.exit_code == 0
    assert "report of concern        1" in told.stdout
    assert tat.json("import-log", log, "--site", "silver_city")["known"] == 1
    assert "state-college" in tat("intake", "formats").stdout
    assert 'nature = ["Offense"]' in tat("intake", "formats", "state-college").stdout
    assert tat("import-log", log, "--site", "silver_city", "--format", "charges").exit_code == 2
    assert tat("intake", "formats", "none-such").exit_code == 2


@pytest.mark.usefixtures("walk")
def test_whoever_imports_is_asked_at_a_terminal_and_may_take_it_back(
    tat: Tat, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A no writes nothing; after a yes, the import is undone by the command that its summary names."""
    header = b"Report #,Offense,Date Reported,Date Occurred,Place,Case Status\n"
    log = file(header + b"31-001,Stalking,25/3/2031 18:05,last Tuesday,Elm Hall,Open\n")
    monkeypatch.setattr(logs, "at_a_terminal", lambda: True)
    asked = tat("import-log", log, "--site", "silver_city", given="n\n")
    assert (asked.exit_code, tat.json("intake", "list")) == (1, [])
    assert "in 1 of the first 1 rows" in asked.stderr
    assert "--save-as NAME" in asked.stderr
    told = tat("import-log", log, "--site", "silver_city", given="y\n")
    assert told.exit_code == 0
    (import_id,) = [line["import_id"] for line in tat.json("intake", "imports")]
    assert f"tat intake undo {import_id[:8]}" in told.stdout
    undone = tat("intake", "undo", import_id[:8], "--reason", "The wrong campus.")
    assert "Withdrawn: 1 row" in undone.stdout
    assert tat.json("intake", "list") == []
    assert "The wrong campus." in tat("intake", "list", "--withdrawn").stdout


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
def test_a_round_of_the_doors_says_what_became_of_every_file_and_row(tat: Tat, tmp_path: Path) -> None:
    """New, joined, known, kept, empty, refused: a column each, and a sentence where somebody is to look."""
    rows = tmp_path / "rows"
    rows.mkdir()
    (tat.home / "doors.toml").write_text(
        f'[district]\nuse = "csv_folder"\nsite = "silver_city"\nfolder = "{rows}"\n'
        '[district.columns]\nid = "No"\ntext = "What"\n'
    )
    (rows / "a.csv").write_text("No,What\n1,Shouted\n1,Has a gun now\n,\n2,too,many\n")
    (rows / "b.csv").write_text("No,What,What\n3,a,b\n")
    for path in rows.iterdir():
        os.utime(path, (1, 1))
    shown = " ".join(tat("intake", "take-in").stdout.split())
    assert "Door New Joined Known Notices Kept aside Empty Refused Left" in shown
    assert "district 2 1 0 0 1 1 1 0" in shown
    assert "Joined: 1 of the new ones" in shown
    assert "Empty: 1 row had nothing in them" in shown
    assert "says where what was refused lies" in shown


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


@pytest.mark.clause("P-08")
@pytest.mark.usefixtures("walk")
def test_whoever_read_rows_of_a_log_is_in_the_audit_of_readings(tat: Tat, file: File) -> None:
    """How many rows, in words and as JSON, and nothing of what they say."""
    tat.environment["COLUMNS"] = "200"
    tat.json("import-log", file(LOG), "--site", "silver_city")
    tat.json("intake", "list", member="officer")
    (line,) = tat.json("audit", "reads", "--who", "officer")
    assert (line["who"], line["numbers"], line["came_in"]) == ("officer", [], {"log_row": 3})
    shown = " ".join(tat("audit", "reads").stdout.split())
    assert "3 log rows" in shown
    assert "followed" not in shown
