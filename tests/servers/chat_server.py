"""The incoming webhook of an operators' chat, over real HTTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from typing import Any

#: what the chat was told, in turn
Told = SimpleQueue[dict[str, Any]]


@contextmanager
def chat() -> Iterator[tuple[str, Told]]:
    """A chat system's webhook: its address, and what it is told."""
    told: Told = SimpleQueue()

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Webhook) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hooks/invented", told
        finally:
            server.shutdown()
