"""A mail server made with aiosmtpd that keeps what it takes in a folder: ``mailbox.py SETTINGS``, in JSON."""

import json
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Keeper:
    """Keeps mails, refuses one mailbox, and takes mail for another only when it is tried again."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.taken = 0
        self.seen: set[tuple[str, str]] = set()

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, lines: list[str]) -> Any:  # noqa: N802
        """Say what it offers."""
        session.host_name = name
        return [line for line in lines if line[4:] not in self.given["without"]]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, options: Any) -> str:  # noqa: N802
        """Take a mailbox, or not."""
        mailbox, tried = to.partition("@")[0], (envelope.mail_from, to)
        if mailbox == self.given["not_there"]:
            return "550 5.1.1 No such mailbox"
        if mailbox == self.given["later"] and tried not in self.seen:
            self.seen.add(tried)
            return "450 4.7.1 Greylisted, try again"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail."""
        self.taken += 1
        kept = Path(self.given["folder"]) / f"{self.taken:04}"
        kept.with_suffix(".to").write_text(" ".join(envelope.rcpt_tos), encoding="utf-8")
        kept.with_suffix(".eml").write_bytes(envelope.content)
        return "250 taken"

    def knows(self, server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        """Whether a name and password are right."""
        right = [login.login.decode(), login.password.decode()] == self.given["login"]
        return AuthResult(success=right, handled=False)


def main(given: dict[str, Any]) -> None:
    """Listen until it is ended."""
    keeper = Keeper(given)
    options: dict[str, Any] = {}
    if given["certificate"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given["certificate"])
        options["tls_context"] = context
    if given["login"]:
        options |= {"auth_required": True, "authenticator": keeper.knows}
    Controller(
        keeper,
        hostname="127.0.0.1",
        port=given["port"],
        enable_SMTPUTF8="SMTPUTF8" not in given["without"],
        **options,
    ).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
