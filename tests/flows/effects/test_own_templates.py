"""An institution's own words that break while the system runs hold nothing up, and do not go unnoticed."""

from pathlib import Path

from states.access import SYSTEM
from states.casebook.effects import claiming
from states.policy.pack import PACKS
from states.policy.reading import load_pack
from states.vocabulary.effects import EffectKind
from tasks.desk import Desk
from tests.cases.walking import Walk
from tests.installations.running import Runs


async def test_a_template_that_breaks_later_is_told_once(
    walk: Walk, runs: Runs, desk: Desk, tmp_path: Path
) -> None:
    """The shipped words go out to all who screen; the chair hears of it, however often it happens."""
    folder = tmp_path / "words"
    folder.mkdir()
    (folder / "team_notice.txt.jinja").write_text("Subject: News\n\n{{ link }} {{ detail.gone }}\n")
    path = tmp_path / "mine.toml"
    shipped = (PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8")
    path.write_text(
        shipped.replace('version = "2013-02-05"\n', 'version = "2013-02-05"\ntemplates = "words"\n', 1)
    )
    desk.book.pack = load_pack(str(path))
    for _ in range(2):
        number = walk.reported()
        await runs.only(number, EffectKind.NOTIFY_TEAM)
    assert runs.told() == {
        f"invented-{member}-address@wnmu.example": ["team_notice"] * 2 for member in ("chair", "officer")
    }
    (claim,) = claiming.claim_due(desk.book, limit=9, kinds=[EffectKind.REMIND], by=SYSTEM)
    assert claim.case_id is None
    await runs.flow("remind", lease=claim.lease)
    assert runs.told()["invented-chair-address@wnmu.example"] == [
        "team_notice",
        "team_notice",
        "template_broken",
    ]
    (told,) = [mail for mail in runs.mail() if mail["X-Tatflow-Message"] == "template_broken"]
    assert "team_notice" in str(told.get_body(("plain",)))
