"""Sets up a whole installation for one test: folder, key, case database, a Prefect server of its own."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient

from states.policy.pack import PACKS
from states.settings import Settings
from states.vault import make_key_file
from tests.servers import prefect_server
from tests.waiting import until


@contextmanager
def installed(
    folder: Path, like: tuple[Path, Path], *, attempts: int, templates: str = "", **settings: Any
) -> Iterator[Settings]:
    """Set up an installation whose policy tries again at once, and take it down again.

    Args:
        folder: an empty one.
        like: an empty case database, and the files of a Prefect server, which it begins with.
        attempts: how often each effect is attempted.
        templates: folder of the pack's own message templates, from ``folder``; empty: none.
        settings: further settings.
    """
    server = folder / "orchestrator"
    server.mkdir()
    pack = (PACKS / "wnmu" / "pack.toml").read_text()
    pack = re.sub(r"(?m)^retry_seconds = .*$", "retry_seconds = [0.1]", pack)
    pack = re.sub(r"(?m)^attempts = .*$", f"attempts = {attempts}", pack)
    if templates:
        pack = f'templates = "{templates}"\n{pack}'
    (folder / "pack.toml").write_text(pack)
    home = folder / "home"
    (home / "prefect").mkdir(parents=True)
    casebook, orchestrator = like
    with prefect_server.running(server, like=orchestrator) as (url, _):
        made = Settings(home=home, pack=str(folder / "pack.toml"), prefect_api_url=url, **settings)
        make_key_file(made.key_file)
        shutil.copyfile(casebook, home / "casebook.db")
        yield made


def run_by_hand(client: SyncPrefectClient, flow: str) -> None:
    """Start a flow as a person does in Prefect's user interface, and wait until the relay has run it."""
    deployment = client.read_deployment_by_name(f"{flow}/tatflow")
    run = client.create_flow_run_from_deployment(deployment.id)
    until(partial(_over, client, run.id), f"nobody runs {flow}")


def _over(client: SyncPrefectClient, run_id: UUID) -> bool:
    state = client.read_flow_run(run_id).state
    return state is not None and state.is_final()
