"""CSV bundles of the people of the OneRoster server, in both versions, written as a test wants them."""

import csv
import io
import os
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.tasks.sources.oneroster.people import Row, university

#: the columns of each file, and what each is called in the server's records
COLUMNS: dict[str, dict[str, str]] = {
    "users": {
        "username": "username",
        "identifier": "identifier",
        "email": "email",
        "phone": "phone",
        "givenName": "givenName",
        "familyName": "familyName",
        "agentSourcedIds": "agents",
        "grades": "grades",
    },
    "enrollments": {
        "userSourcedId": "user",
        "classSourcedId": "class",
        "role": "role",
        "beginDate": "beginDate",
        "endDate": "endDate",
    },
    "classes": {
        "title": "title",
        "classCode": "classCode",
        "location": "location",
        "periods": "periods",
        "courseSourcedId": "course",
        "termSourcedIds": "terms",
    },
    "courses": {"title": "title"},
    "academicSessions": {"title": "title", "startDate": "startDate", "endDate": "endDate"},
    "orgs": {"name": "name"},
    "demographics": {"birthDate": "birthDate", "sex": "sex"},
}

#: what users have beside, in one version
ONLY_IN = {
    "1.1": {"role": "role", "orgSourcedIds": "orgs"},
    "1.2": {"userMasterIdentifier": "userMasterIdentifier"},
}

#: what every file has
COMMON = {name: name for name in ("sourcedId", "status", "dateLastModified")}


def files(version: str, collections: Mapping[str, list[Row]] | None = None) -> dict[str, bytes]:
    """Each file of a bundle by its name, as in ``users``."""
    held = university() if collections is None else collections
    made = {}
    for name, rows in held.items():
        columns = COLUMNS[name] | (ONLY_IN[version] if name == "users" else {})
        made[name] = _csv(COMMON | columns, rows)
    if version == "1.2" and "users" in held:
        roles = [
            {
                "sourcedId": f"role-{user['sourcedId']}",
                "userSourcedId": user["sourcedId"],
                "role": user["roles"][0]["role"],
                "orgSourcedId": user["roles"][0]["org"]["sourcedId"],
            }
            for user in held["users"]
        ]
        made["roles"] = _csv({name: name for name in roles[0]}, roles)
    return made


def bundle(
    path: Path,
    version: str,
    written: Mapping[str, bytes],
    *,
    at: datetime,
    mode: str = "bulk",
    modes: Mapping[str, str] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """Write a bundle, of a moment, with a manifest that says how whole each file is."""
    said = dict.fromkeys(written, mode) | dict(modes or {})
    lines = ["propertyName,value", "manifest.version,1.0", f"oneroster.version,{version}"]
    manifest = "\r\n".join([*lines, *(f"file.{name},{how}" for name, how in said.items())]) + "\r\n"
    with zipfile.ZipFile(path, "w", compression) as made:
        made.writestr("manifest.csv", manifest)
        for name, content in written.items():
            made.writestr(f"{name}.csv", content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def _csv(names: dict[str, str], rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names.values()])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_cell(each) for each in value)
    if isinstance(value, dict):
        return str(value["sourcedId"])
    return "" if value is None else str(value)
