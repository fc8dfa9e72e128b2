"""What `tat up` checks before it makes or changes anything in the data folder."""

from pathlib import Path

import pytest

from deployments.supervision import data_folder
from states.errors import BadInput, BadPolicy
from states.policy import pack
from states.settings import Settings

SHIPPED = (pack.PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8")


def _with_pack(folder: Path, text: str) -> Settings:
    pack = folder / "own.toml"
    pack.write_text(text, encoding="utf-8")
    return Settings(home=folder / "home", pack=str(pack))


def test_a_wrong_pack_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    """A start with a pack that names no level says which entry it is, and makes no key."""
    settings = _with_pack(tmp_path, SHIPPED.replace("[levels.Mild]", "[levels.Milder]", 1))
    with pytest.raises(BadPolicy, match=r"own\.toml: levels"):
        data_folder.furnish(settings)
    assert not settings.key_file.exists()


def test_a_pack_may_override_any_message(tmp_path: Path) -> None:
    """The folder that a pack names lies beside its file, and its templates are checked at the start."""
    settings = _with_pack(tmp_path, 'templates = "words"\n' + SHIPPED)
    (tmp_path / "words").mkdir()
    template = tmp_path / "words" / "reminder.txt.jinja"
    template.write_text("Subject: Please look\n\n{{ link }} {{ nonsense }}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"reminder\.txt\.jinja"):
        data_folder.furnish(settings)
    template.write_text("Subject: Please look\n\n{{ link }}\n", encoding="utf-8")
    settings.home.mkdir()
    data_folder.furnish(settings)
    assert settings.key_file.exists()
