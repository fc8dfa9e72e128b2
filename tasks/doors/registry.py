"""Which doors are open: a TOML file with one table for each, read and checked before anything starts.

::

    [safe2tell]                      # a tip line that posts signed messages to /tips/safe2tell
    use = "webhook"
    site = "silver_city"
    keys = { "safe2tell-2026" = "…" }                     # its public keys, by id; several while they change
    answer_url = "https://tips.example/answers"           # where it takes an answer; may be left out
    key_id = "tatflow-2026"                               # what it knows our key by
    private_key = { env = "TATFLOW_SAFE2TELL_KEY" }

    [mailroom]                       # a folder into which a mail server drops .eml files
    use = "mail_folder"
    site = "silver_city"
    folder = "/srv/tips/mail"

    [district]                       # a folder into which another system drops CSV files
    use = "csv_folder"
    site = "silver_city"
    folder = "/srv/tips/district"

    [district.columns]               # where each field of a report stands
    id = "Tip No"
    text = "What happened"
    name = "Student"
    campus_id = "Student ID"
    received_at = "Received"         # ISO 8601
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from states.errors import BadInput
from states.vocabulary.cases import ReportChannel
from tasks.far.secrets import Secret
from tasks.far.signatures import public_key
from tasks.far.toml_lines import see_line, see_line_of_syntax
from tasks.far.wire import Address, Table

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("the path must be absolute, from / on")
    return path


Folder = Annotated[Path, AfterValidator(_absolute)]


class _Door(BaseModel):
    """What every door's table has."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: the site that a report is about when it does not say
    site: str
    channel: ReportChannel = ReportChannel.TIP_LINE


class WebhookDoor(_Door, Table):
    """A tip line that posts signed messages, and may take an answer."""

    use: Literal["webhook"]
    keys: dict[str, str] = Field(min_length=1)
    answer_url: Address | Literal[""] = ""
    key_id: str = ""
    private_key: Secret | None = None

    @model_validator(mode="after")
    def _usable(self) -> Self:
        for text in self.keys.values():
            public_key(text)
        if bool(self.answer_url) != bool(self.key_id and self.private_key):
            raise ValueError("an answer wants answer_url, key_id and private_key together")
        return self

    def public_keys(self) -> dict[str, Ed25519PublicKey]:
        """The keys that may have signed what comes in, by id."""
        return {key_id: public_key(text) for key_id, text in self.keys.items()}


class MailFolderDoor(_Door):
    """A folder of .eml files."""

    use: Literal["mail_folder"]
    channel: ReportChannel = ReportChannel.WRITTEN
    folder: Folder


class Columns(BaseModel):
    """In which column of a CSV file each field of a report stands."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: str = ""
    text: str
    name: str = ""
    campus_id: str = ""
    email: str = ""
    phone: str = ""
    unit: str = ""
    place: str = ""
    reporter_name: str = ""
    reporter_phone: str = ""
    reporter_email: str = ""
    received_at: str = ""
    occurred_on: str = ""
    site: str = ""


class CsvFolderDoor(_Door):
    """A folder of CSV files."""

    use: Literal["csv_folder"]
    folder: Folder
    columns: Columns


Door = WebhookDoor | MailFolderDoor | CsvFolderDoor

_TABLES: TypeAdapter[dict[Name, Door]] = TypeAdapter(dict[Name, Annotated[Door, Field(discriminator="use")]])


class Doors:
    """The doors of one installation.

    Args:
        doors: each door by its name.
    """

    def __init__(self, doors: dict[str, Door] | None = None) -> None:
        self._doors = doors or {}

    def all(self) -> dict[str, Door]:
        """Every door by its name, in the order of the file."""
        return dict(self._doors)

    def webhook(self, name: str) -> WebhookDoor | None:
        """The webhook of that name; None: there is none."""
        door = self._doors.get(name)
        return door if isinstance(door, WebhookDoor) else None


def load_doors(config: Path) -> Doors:
    """Read the doors that a TOML file describes; without the file there are none.

    Args:
        config: the file.

    Raises:
        BadInput: the file, or an entry of it, cannot be used; names file and key, and no value.
    """
    text = ""
    try:
        text = config.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except FileNotFoundError:
        return Doors()
    except OSError as error:
        problem = f"it cannot be read ({error.strerror}). No door was opened: make it readable."
        raise BadInput(f"{config.name}: {problem}") from None
    except ValueError as error:
        where = see_line_of_syntax(error)
        raise BadInput(
            f"{config.name}: it is not TOML in UTF-8. No door was opened: correct it.{where}"
        ) from None
    try:
        return Doors(dict(_TABLES.validate_python(tables)))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)[0]
    problem = _problem(details)
    where = see_line(text, problem.partition(":")[0])
    raise BadInput(f"{config.name}: {problem} No door was opened: correct it.{where}")


def _problem(details: Any) -> str:
    kinds = ("webhook", "mail_folder", "csv_folder", "[key]")
    key = ".".join(str(part) for part in details["loc"] if part not in kinds)
    match details["type"]:
        case "extra_forbidden":
            return f"{key}: there is no such key."
        case "missing":
            return f"{key}: it is missing."
        case "union_tag_invalid" | "union_tag_not_found":
            return f"{key}.use: it is one of webhook, mail_folder and csv_folder."
        case _:
            return f"{key}: {details['msg'].removeprefix('Value error, ')}."
