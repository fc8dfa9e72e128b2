"""What programs send, read strictly: JSON that means one thing, and takes no more of us than its bytes."""

import json
from typing import Any

from states.errors import BadInput

#: how deep objects and lists may lie in each other; the deepest content of ours lies six deep
DEEPEST = 20

_AGAIN = "Nothing was written: correct it and send it again."


def read(sent: bytes) -> Any:
    """Read a JSON document (RFC 8259, in UTF-8).

    Args:
        sent: the bytes; none at all are an empty object.

    Raises:
        BadInput: it is not JSON, or could be taken for two things; quotes nothing of what came.
    """
    if not sent:
        return {}
    try:
        text = sent.decode("utf-8")
        _not_too_deep(text)
        found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
        # What no UTF-8 has may stand escaped in it.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise BadInput(f"The content is not UTF-8. {_AGAIN}") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"The content is not JSON ({where}: {error.msg}). {_AGAIN}") from None
    except ValueError:
        raise BadInput(f"The content has a number that is too long. {_AGAIN}") from None
    return found


def _not_too_deep(text: str) -> None:
    depth, in_text, escaped = 0, False, False
    for character in text:
        if in_text:
            in_text = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_text = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise BadInput(f"The content is nested more than {DEEPEST} deep. {_AGAIN}")
        elif character in "]}":
            depth -= 1


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadInput(f"The content names a field twice. {_AGAIN}")
    return found


def _no_number(_constant: str) -> Any:
    raise BadInput(f"The content has a number that JSON does not have. {_AGAIN}")
