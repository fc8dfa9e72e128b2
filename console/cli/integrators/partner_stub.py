"""`tat partner-stub`: a stand-in for a law-enforcement partner, to try the partner protocol with."""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.options import AsJson
from console.cli.terminal.session import settings, zone_of
from states.errors import BadInput, NotReady

if TYPE_CHECKING:
    import socket

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from console.partner_stub.records import Records
    from console.partner_stub.stub import Stub

#: the environment variable in which the team's side keeps the key that is made for a first try
KEY_VARIABLE = "TAT_PARTNER_STUB_KEY"


def partner_stub(
    *,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Where to listen; 0: anywhere.")
    ] = 8600,
    host: Annotated[
        str, typer.Option("--host", help="On which address; it answers under that name alone.")
    ] = "127.0.0.1",
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What the team's sources file calls it.")
    ] = "partner",
    log: Annotated[
        Path | None,
        typer.Option("--log", metavar="FILE", exists=True, dir_okay=False, help="A police log to look into."),
    ] = None,
    database: Annotated[
        Path | None,
        typer.Option("--database", metavar="FILE", help="Where to keep queries; else they go at the end."),
    ] = None,
    callback: Annotated[
        str, typer.Option("--callback", metavar="URL", show_default=False, help="Where to call back.")
    ] = "",
    team_key: Annotated[
        list[str] | None,
        typer.Option("--team-key", metavar="ID=KEY", help="A public key that may ask; else one is made."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a stand-in for a law-enforcement partner, with a page to decide queries; Ctrl-C stops it.

    It is not the police: give it invented people only.
    """
    from tempfile import TemporaryDirectory

    from console.partner_stub.stub import Stub, new_signer
    from tasks.far.signatures import written

    chosen = settings()
    ours = new_signer("tat-stub-1")
    keys = _team_keys(team_key) if team_key else {ours.key_id: ours.key.public_key()}
    with TemporaryDirectory(prefix="tat-partner-stub-") as folder, _listening(host, port) as listener:
        records = _records(database or Path(folder) / "stub.db", log)
        back = callback or f"{chosen.base_url.rstrip('/')}/partners/{name}/answers"
        stub = Stub(records, new_signer("stub-1"), keys, callback_url=back)
        url = f"http://{host}:{listener.getsockname()[1]}"
        secret = "" if team_key else written(ours.key)
        say = partial(_say, stub, url, name, next(iter(keys)), secret, as_json=as_json)
        try:
            _serve(stub, listener, host, say)
        finally:
            records.close()


def _team_keys(given: list[str]) -> "dict[str, Ed25519PublicKey]":
    from tasks.far.signatures import public_key

    try:
        return {key_id: public_key(text) for key_id, text in (each.split("=", 1) for each in given)}
    except ValueError:
        message = "--team-key takes ID=KEY, the key as 32 bytes in URL-safe base64. Nothing was started."
        raise BadInput(message) from None


def _listening(host: str, port: int) -> "socket.socket":
    import socket

    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = f"Nobody can listen on port {port} there ({error.strerror}). Choose another with --port."
        raise NotReady(message) from None
    return listener


def _records(database: Path, log: Path | None) -> "Records":
    from sqlite3 import DatabaseError

    from console.partner_stub.police_log import contacts_of
    from console.partner_stub.records import Records
    from states.policy.reading import load_pack

    try:
        records = Records(database)
    except DatabaseError:
        raise BadInput("--database names no file that can hold the queries. Nothing was started.") from None
    if log is not None:
        try:
            records.load(contacts_of(log, zone_of(load_pack(settings().pack_in_force))))
        except BadInput:
            records.close()
            raise
    return records


def _say(stub: "Stub", url: str, name: str, key_id: str, secret: str, *, as_json: bool) -> None:
    """Say how the team's side is set up to ask it."""
    kinds = (
        "social_media",
        "weapons_registration",
        "past_contacts",
        "court_registrants",
        "protective_orders",
    )
    table = (
        f'[{name}]\nuse = "partner"\nurl = "{url}"\n'
        f"kinds = {json.dumps(kinds, indent=2)}\n"
        f'key_id = "{key_id}"\nprivate_key = {{ env = "{KEY_VARIABLE}" }}\ncallback = true\n\n'
        f'[{name}.partner_keys]\n{stub.signer.key_id} = "{stub.public_key()}"\n'
    )
    answer(
        {"url": url, "sources_toml": table, "environment": {KEY_VARIABLE: secret} if secret else {}},
        f"A stand-in for a law-enforcement partner is at {url}: decide queries there.",
        f"It calls back to {stub.callback_url}.",
        f"\nTo ask it, put this into {settings().sources_file}:\n",
        table,
        f"and give the relay its key:\n\nexport {KEY_VARIABLE}={secret}\n" if secret else "",
        as_json=as_json,
    )
    sys.stdout.flush()


def _serve(stub: "Stub", listener: "socket.socket", host: str, say: Callable[[], None]) -> None:
    import uvicorn

    from console.partner_stub.app import application

    class Saying(uvicorn.Server):
        """Says how it is asked once it answers: until then, whoever asked was refused."""

        async def startup(self, sockets: "list[socket.socket] | None" = None) -> None:
            await super().startup(sockets)
            if self.started:
                say()

    config = uvicorn.Config(
        application(stub, host), log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )
    # Ctrl-C is how it ends.
    with suppress(KeyboardInterrupt):
        Saying(config).run(sockets=[listener])
