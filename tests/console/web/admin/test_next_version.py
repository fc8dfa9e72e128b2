"""The plan is changed by a file that one downloads, changes and hands in, and put in force (W-46)."""

import io
import re
import zipfile
from collections.abc import Iterator

import httpx
import pytest

from states.casebook.team import reviews
from states.contents.team import ReviewContent
from states.policy.pack import Pack
from states.policy.reading import load_pack
from tests.console.web.admin.conftest import read
from tests.console.web.conftest import Served
from tests.states.conftest import MONDAY

pytestmark = pytest.mark.clause("W-46")

PLAN, NEXT = "/admin/policy", "/admin/policy/next"

#: a third instrument, as somebody types it at the end of the file
THIRD = """
[instruments.invented]
title = "Invented instrument"
says = "Whether a file is enough."
source = "Ours."
clause = "W-05"
[instruments.invented.scales]
yes_no = [{ id = "yes", reads = "Yes" }, { id = "no", reads = "No" }]
[[instruments.invented.sections]]
title = "All of it"
questions = [{ id = "enough", asks = "Is it enough?", scale = "yes_no" }]
"""

#: a message in words of the team's own
WORDS = "Subject: invented words\n\nInvented. {{ link }}\n"


@pytest.fixture
def chair(alone: Served) -> Iterator[httpx.Client]:
    """The chair's browser; what was handed in or put in force is gone afterwards."""
    settings = alone.app.state.desk.settings
    yield alone.browser("chair")
    settings.next_policy_file.unlink(missing_ok=True)
    settings.policy_file.unlink(missing_ok=True)


def downloaded(chair: httpx.Client, path: str) -> dict[str, str]:
    """What is in a file that a page gives."""
    answer = chair.get(path)
    assert answer.headers["content-type"] == "application/zip"
    assert re.search(r'attachment; filename="wnmu-\w{8}\.zip"', answer.headers["content-disposition"])
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def hand_in(chair: httpx.Client, parts: dict[str, str]) -> httpx.Response:
    """Hand a zip in, as a file manager packs it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return chair.post(NEXT, files={"file": ("plan.zip", made.getvalue())})


def test_whoever_runs_the_team_brings_a_third_instrument_and_words_of_their_own_in_force_without_a_shell(
    alone: Served, chair: httpx.Client
) -> None:
    """Downloaded, changed, handed in, compared, put on record, approved, put in force: all of it on pages."""
    parts = downloaded(chair, f"{PLAN}/download")
    text = parts["pack.toml"].replace('version = "2013-02-05"', 'version = "2027-01-10"')
    text = f'templates = "words"\n{text}{THIRD}'
    answer = hand_in(chair, {"pack.toml": text, "words/reminder.txt.jinja": WORDS})
    assert (answer.status_code, answer.headers["location"]) == (httpx.codes.SEE_OTHER, NEXT)
    compared = chair.get(NEXT)
    assert "Invented instrument (new)" in read(compared)
    assert "+Invented. {{ link }}" in read(compared)
    assert "Put it in force" not in compared.text
    assert "Is it enough?" in read(chair.get(f"{NEXT}/instruments"))
    assert downloaded(chair, f"{NEXT}/download")["words/reminder.txt.jinja"] == WORDS
    said = dict(re.findall(r'name="(version|holds)"[^>]* value="([\w-]+)"', compared.text))
    put = chair.post("/reviews", data=said | {"sections": "invented", "approved": ""})
    assert put.status_code == httpx.codes.SEE_OTHER
    digest = said["version"]
    early = chair.post(f"{NEXT}/in-force", data={"version": digest})
    assert early.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "Nothing was put in force: enter the approval first" in early.text
    line = reviews.listed(alone.book, by=alone.walk.chair)[0]
    chair.post(f"/reviews/{line.review_id}/approval", data={"approved": "invented-body"})
    assert "Put it in force" in read(chair.get(NEXT))
    done = chair.post(f"{NEXT}/in-force", data={"version": digest})
    assert (done.status_code, done.headers["location"]) == (httpx.codes.SEE_OTHER, PLAN)
    assert re.search(r"Version 2027-01-10 \(\w{8}\) was put in force", read(chair.get(PLAN)))
    now = in_force(alone)
    assert now.instruments["invented"].questions[0].asks == "Is it enough?"
    assert now.templates_folder is not None
    assert chair.get(NEXT).status_code == httpx.codes.NOT_FOUND


def in_force(served: Served) -> Pack:
    """The plan that the installation works with once it is started."""
    return load_pack(served.app.state.desk.settings.pack_in_force)


def test_all_that_is_wrong_with_a_version_is_said_on_the_page_and_nothing_of_it_is_kept(
    chair: httpx.Client,
) -> None:
    """By line and key, at once; a zip of something else by its file; nothing says where it is kept."""
    text = downloaded(chair, f"{PLAN}/download")["pack.toml"]
    wrong = text.replace("[quorum]\noffices = 3", "[quorum]\noffices = 300")
    answer = hand_in(chair, {"pack.toml": f"{wrong}{THIRD.replace('yes_no =', 'yesno =')}"})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    shown = re.sub(r"<[^>]+>", "", answer.text)
    assert re.search(r"Near line \d+: quorum\.offices: it asks for more than", shown)
    assert "instruments.invented.enough.scale: there is no scale" in shown
    assert "2 things have to be corrected" in shown
    assert "/home" not in shown
    strange = hand_in(chair, {"pack.toml": text, "run.py": "print()"})
    assert "belongs to no plan: run.py" in strange.text
    none = chair.post(NEXT, files={"other": ("x", b"")})
    assert (none.status_code, "No file came" in none.text) == (httpx.codes.UNPROCESSABLE_ENTITY, True)
    large = chair.post(NEXT, files={"file": ("plan.zip", b"PK\x03\x04" + b"x" * 950_000)})
    assert "larger than 900 kB" in large.text
    assert chair.get(NEXT).status_code == httpx.codes.NOT_FOUND


def test_a_version_that_was_handed_in_is_taken_back_on_its_page(alone: Served, chair: httpx.Client) -> None:
    """Whoever does not run the team is shown none of it, and hands none in."""
    text = downloaded(chair, f"{PLAN}/download")["pack.toml"]
    given = {"file": ("pack.toml", text.encode())}
    officer = alone.browser("officer")
    assert officer.post(NEXT, files=given).status_code == httpx.codes.NOT_FOUND
    assert "Change the plan" not in officer.get(PLAN).text
    assert chair.post(NEXT, files=given).status_code == httpx.codes.SEE_OTHER
    for path in (f"{PLAN}/download", f"{NEXT}/download"):
        assert officer.get(path).status_code == httpx.codes.NOT_FOUND
    assert officer.post(f"{NEXT}/take-back").status_code == httpx.codes.NOT_FOUND
    assert "Take it back" in chair.get(NEXT).text
    assert chair.post(f"{NEXT}/take-back").status_code == httpx.codes.SEE_OTHER
    assert chair.get(NEXT).status_code == httpx.codes.NOT_FOUND


def test_a_version_in_which_only_words_of_a_message_differ_shows_them_and_waits_for_its_own_approval(
    alone: Served, chair: httpx.Client
) -> None:
    """Beside one that is approved with everything but these words: which message, and how it reads now."""
    text = f'templates = "words"\n{downloaded(chair, f"{PLAN}/download")["pack.toml"]}'
    hand_in(chair, {"pack.toml": text, "words/reminder.txt.jinja": WORDS})
    said = ReviewContent(sections_revised="invented")
    book, by = alone.book, alone.walk.chair
    one = load_pack(alone.app.state.desk.settings.pack_to_come)
    reviews.record_review(book, said, by=by, effective_at=MONDAY, approved_by="invented-body", pack=one)
    assert "Put it in force" in read(chair.get(NEXT))
    before, alone.book.pack = alone.book.pack, one
    try:
        hand_in(
            chair, {"pack.toml": text, "words/_foot.html.jinja": "x", "words/reminder.txt.jinja": f"{WORDS}!"}
        )
        compared = read(chair.get(NEXT))
    finally:
        alone.book.pack = before
    assert "Put it in force" not in compared
    assert "What differs 2" in compared
    assert "Revised: words of messages (_foot.html.jinja, reminder.txt.jinja)." in compared
    assert "Words of a message: _foot.html.jinja (new)" in compared
    assert "Words of a message: reminder.txt.jinja --- +++" not in compared
    assert re.search(r"Words of a message: reminder\.txt\.jinja @@.* \+!", compared)


def test_a_record_of_approval_is_of_the_version_by_its_words(alone: Served, chair: httpx.Client) -> None:
    """One whose words are those in force is approved with it, whatever file it came in."""
    text = downloaded(chair, f"{PLAN}/download")["pack.toml"]
    said = ReviewContent(sections_revised="invented")
    chair.post(NEXT, files={"file": ("pack.toml", text.encode())})
    coming = load_pack(alone.app.state.desk.settings.pack_to_come)
    assert coming.digest == alone.book.pack.digest
    reviews.record_review(
        alone.book, said, by=alone.walk.chair, effective_at=MONDAY, approved_by="invented-body", pack=coming
    )
    assert "Put it in force" in read(chair.get(NEXT))
