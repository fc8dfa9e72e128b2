"""What an installation may not go live with is told entry by entry, and kept from nobody who only tries."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from states.errors import NotReady
from states.policy import placeholders
from states.policy.pack import PACKS, Pack
from states.policy.reading import load_pack
from states.settings import Settings

SHIPPED = PACKS / "wnmu" / "pack.toml"


def filled_in(tmp_path: Path, *, but: str = "") -> Pack:
    """The shipped pack with numbers and addresses that are somebody's, but for one."""
    text = "\n".join(
        line if but and but in line else line.replace(".example", "-campus.edu").replace("-555-", "-538-")
        for line in SHIPPED.read_text().splitlines()
    )
    (tmp_path / "pack.toml").write_text(text)
    return load_pack(str(tmp_path))


def test_the_shipped_pack_is_refused_with_each_entry_and_what_to_do() -> None:
    """The duty number, the addresses of police and offices are named by key; so is who mail is from."""
    pack = load_pack("wnmu")
    with pytest.raises(NotReady) as refused:
        placeholders.require_none(pack, Settings())
    said = str(refused.value)
    for key in ("duty.phone: 575-555-0100", "sites.deming.police.address", "mail.domains.1", "TAT_SENDER"):
        assert key in said
    assert {f"offices.{code}.address" for code in pack.offices} <= {
        each.key for each in placeholders.of_pack(pack)
    }
    assert "TAT_PACK" in said


@pytest.mark.parametrize(
    ("left", "key"),
    [
        ('phone = "575-555-0100"', "duty.phone"),
        ("ntfys://push.wnmu.example", "sites.silver_city.police.also.1"),
        ("intake@social-services.example", "offices.social_services.address"),
    ],
)
def test_one_that_is_left_is_found(tmp_path: Path, left: str, key: str) -> None:
    """A pack that is filled in is fit; with one number or address left it is not."""
    own = Settings(sender="team@wnmu-campus.edu", base_url="https://tat.wnmu-campus.edu")
    placeholders.require_none(filled_in(tmp_path), own)
    assert [each.key for each in placeholders.of_pack(filled_in(tmp_path, but=left))] == [key]


@pytest.mark.parametrize(
    ("base_url", "smtp_url", "live"),
    [
        ("http://127.0.0.1:8500", "", False),
        ("http://localhost:8500", "smtp://[::1]:25", False),
        ("https://tat.wnmu.edu", "", True),
        ("http://10.0.0.5:8500", "", True),
        ("http://127.0.0.1:8500", "smtps://user:secret@mail.wnmu.edu", True),
    ],
)
def test_it_is_live_once_somebody_is_reached_beyond_the_machine(
    base_url: str, smtp_url: str, *, live: bool
) -> None:
    """By the console's address, or by mail; the demo and a trial on one machine are not."""
    assert placeholders.is_live(Settings(base_url=base_url, smtp_url=SecretStr(smtp_url))) is live
