"""Ask a OneRoster service with one of two clients, and print the ids of what it read, in JSON."""

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


if __name__ == "__main__":
    given = json.load(sys.stdin)
    asked = by_connector if given["client"] == "oneroster" else by_api
    json.dump(asked(given), sys.stdout)
