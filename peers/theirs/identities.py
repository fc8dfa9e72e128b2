"""A canaille that keeps everybody in memory, and knows one client: ``identities.py SETTINGS``, in JSON."""

# Ours is not the Python that has canaille.
# mypy: disable-error-code="import-not-found"

import json
import sys
from datetime import UTC, datetime
from typing import Any

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend


def main(given: dict[str, Any]) -> None:
    """Listen until it is ended."""
    app = create_app(
        {
            "SECRET_KEY": "an-invented-key",
            "SERVER_NAME": f"127.0.0.1:{given['port']}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "ENABLE_PASSWORD_COMPROMISSION_CHECK": False},
            "CANAILLE_OIDC": {"ENABLE_OIDC": True},
            "CANAILLE_SCIM": {"ENABLE_SERVER": True},
        }
    )
    with app.app_context(), Backend.instance.session():
        Backend.instance.save(
            models.Client(
                client_id=given["client"],
                client_secret=given["secret"],
                client_name="tatflow",
                client_uri="http://127.0.0.1",
                client_id_issued_at=datetime.now(UTC),
                grant_types=["client_credentials"],
                token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - what it is called
                scope=["openid"],
            )
        )
    app.run("127.0.0.1", given["port"], use_reloader=False)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
