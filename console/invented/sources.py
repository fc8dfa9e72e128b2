"""The demo's data sources: registrar, personnel and past contacts as CSV files with invented people."""

from importlib.resources import files

from states.settings import Settings

DATA = files("console.invented") / "records"


def write(settings: Settings) -> None:
    """Put the demo's CSV files and their configuration into the data folder."""
    folder = settings.home / "sources"
    folder.mkdir(parents=True)
    for file in DATA.iterdir():
        if file.name.endswith(".csv"):
            (folder / file.name).write_bytes(file.read_bytes())
    template = (DATA / "sources.toml").read_text("utf-8")
    settings.sources_file.write_text(template.replace("{folder}", str(folder)), "utf-8")
