"""What is set in files is checked beforehand: the pack, sources, offices, messages."""

import json
from pathlib import Path

from states.process import TRANSITIONS
from tests.console.conftest import File, Tat


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


def test_the_table_of_the_process_is_data(empty: Tat) -> None:
    """As JSON the process is its table."""
    assert [row["trigger"] for row in empty.json("process", "show")] == [row.trigger for row in TRANSITIONS]
