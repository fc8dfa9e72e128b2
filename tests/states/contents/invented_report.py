"""An invented report as data, and a mark that no answer may repeat."""

from typing import Any

MARK = "ZQX Sample"


SUBJECT: dict[str, Any] = {"name": "Sam Sample", "site": "silver_city"}


REPORT: dict[str, Any] = {"behaviour_of_concern": "Shouted.", "subject": SUBJECT}
