"""canaille, which gives out tokens itself (OAuth 2.0), and finds nobody."""

import asyncio
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from peers.installing import ROOT, python, version
from peers.notes import Notes
from peers.scim.asking import SAM, add, asked, source
from peers.serving import free_port, served
from states.vocabulary.people import IdentifierKind
from tasks.sources.contract import Unavailable

#: what it runs with: an older version of what its SCIM is made with than scim2-server's
LOCK = Path(__file__).parent / "requirements.lock"

#: the program that is one
PROGRAM = ROOT / "peers" / "theirs" / "identities.py"

CLIENT, SECRET = "tatflow", "an-invented-secret: %&+é"


def try_canaille(notes: Notes) -> None:
    """Ask it."""
    interpreter, port = python(LOCK), free_port()
    peer = version(interpreter, "canaille")
    notes.cannot(peer, "finds anybody", "it knows no filters and no posted searches of /Users, and says so")
    given = json.dumps({"port": port, "client": CLIENT, "secret": SECRET})
    command = [str(interpreter), str(PROGRAM), given]
    with TemporaryDirectory(prefix="tat-peers-") as name, served(command, port, folder=Path(name)):
        url, token_url = f"http://127.0.0.1:{port}/scim/v2", f"http://127.0.0.1:{port}/oauth/token"
        os.environ["PEERS_SCIM_SECRET"] = SECRET
        client = {
            "token_url": token_url,
            "client_id": CLIENT,
            "client_secret": {"env": "PEERS_SCIM_SECRET"},
        }
        with notes.claim(
            peer, "gives a token for our name and secret (OAuth 2.0), and none for another name"
        ):
            assert "knows no filters" in asyncio.run(source(url, access=client).check())[0]
            reply = asked(url, IdentifierKind.EMAIL, SAM, access=client | {"client_id": "another"})
            assert reply == Unavailable("unauthorized", permanent=True), reply
        form = {"grant_type": "client_credentials"}
        answer = httpx.post(token_url, data=form, auth=(CLIENT, SECRET), trust_env=False)
        name_of_sam = {"name": {"formatted": "Sam Sample", "familyName": "Sample"}, "active": True}
        add(url, "sam.sample", "E0000001", token=answer.json()["access_token"], **name_of_sam)
        notes.cannot(
            peer, "sends a page of its users", "it fails (500) when it is told how many a page is to hold"
        )
        with notes.claim(
            peer, "fails when it is asked about somebody, and that is not taken for *not found*"
        ):
            for whom in (SAM, "nobody@wnmu.example"):
                reply = asked(url, IdentifierKind.EMAIL, whom, access=client)
                assert reply == Unavailable("server_error"), reply
