"""Ask a OneRoster service with one of three clients, and print the ids of what it read, in JSON."""

import asyncio
import json
import sys
from importlib import import_module
from typing import Any


def by_connector(given: dict[str, Any]) -> list[str]:
    """With the connector of ``oneroster``, which signs and follows links."""
    connect = import_module("oneroster.classlink").ClasslinkConnector
    connector = connect(given["base"], given["id"], given["secret"], page_size=given["size"])
    return [user["sourcedId"] for user in connector.get_users(user_filter=given["ask"])]


def by_api(given: dict[str, Any]) -> list[str]:
    """With the generated client of ``strongmind-oneroster-client``."""
    oneroster_client = import_module("oneroster_client")
    configuration = oneroster_client.Configuration()
    configuration.host = given["base"].rstrip("/")
    configuration.access_token = given["token"]
    over = oneroster_client.ApiClient(configuration)
    ask = given["ask"]
    of = "users" if ask == "user" else ask
    name = "".join(part.capitalize() for part in of.split("_")) + "ManagementApi"
    api = getattr(oneroster_client, name)(over)
    if ask == "user":
        return [api.get_user("user-sam").user.sourced_id]
    read = getattr(api, f"get_{ask}")(**given["query"])
    (records,) = [value for value in read.to_dict().values() if isinstance(value, list)]
    return [record["sourced_id"] for record in records]


class _Given:
    """A token that was given once, where the client expects what fetches one."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get_token(self) -> str:
        """The token."""
        return self._token

    def invalidate(self) -> None:
        """Keep it: there is no other."""


async def by_timeback(given: dict[str, Any]) -> list[str]:
    """With the client of ``timeback-oneroster``, which knows 1.2 alone."""
    transport = import_module("timeback_oneroster.lib.transport").Transport(
        base_url=given["base"],
        paths=import_module("timeback_common").OneRosterPaths(),
        token_manager=_Given(given["token"]),
    )
    client = import_module("timeback_oneroster").OneRosterClient(transport=transport)
    ask, query = given["ask"], given.get("query", {})
    try:
        if ask == "user":
            return [(await client.users.get("user-sam")).sourced_id]
        if ask == "classes of a user":
            return [each.sourced_id for each in await client.users("user-sam").classes()]
        return [each.sourced_id for each in await getattr(client, ask).list_all(**query)]
    finally:
        await client.close()


def main() -> None:
    """Ask, and say what was read."""
    given = json.load(sys.stdin)
    if given["client"] == "timeback":
        said = asyncio.run(by_timeback(given))
    else:
        said = (by_connector if given["client"] == "oneroster" else by_api)(given)
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
