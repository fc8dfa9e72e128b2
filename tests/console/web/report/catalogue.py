"""The texts that pages for anybody show: in templates, in code, and in the policy that ships."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file

from console.web.links.words import SAID
from console.web.report.words import of_pack
from states.policy.pack import Pack

REPOSITORY = Path(__file__).parents[4]
WEB = REPOSITORY / "console" / "web"

#: the folders whose texts anybody reads
TEMPLATES = (
    "templates/layout.html.jinja",
    "templates/elsewhere.html.jinja",
    "templates/not_there.html.jinja",
    "templates/too_often.html.jinja",
    "templates/report/*.jinja",
    *(
        f"templates/links/{name}.html.jinja"
        for name in ("answered", "dead_link", "gate", "hand_over", "recommendation", "referral")
    ),
    *(f"templates/links/{name}.html.jinja" for name in ("taken_over", "told")),
    "templates/once/used.html.jinja",
    *(f"templates/alarms/{name}.html.jinja" for name in ("calls", "emergency", "more", "threat", "withheld")),
    "templates/later.html.jinja",
    "templates/dial.html.jinja",
    "templates/taken/paper.html.jinja",
    "templates/learning/what_to_report.html.jinja",
)


#: the code whose texts anybody reads: the pages, and what refuses a file that comes with a report
CODE = (
    "console/web/report/*.py",
    "console/web/uploads.py",
    "console/web/limiting.py",
    "console/web/links/*.py",
    "console/web/pages.py",
    "states/casebook/intake/attaching.py",
    "states/files/arriving.py",
    "states/files/kinds.py",
)


def texts(pack: Pack) -> Iterator[str]:
    """Every text that a catalogue is to have."""
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "BadInput": None, "Kind": (2,)}
    options = {"trimmed": "true", "extensions": "jinja2.ext.i18n"}
    found = [(file, "jinja2") for pattern in TEMPLATES for file in sorted(WEB.glob(pattern))]
    found += [(file, "python") for pattern in CODE for file in sorted(REPOSITORY.glob(pattern))]
    for file, method in found:
        for _, message, _, _ in extract_from_file(method, file, keywords=keywords, options=options):
            yield message if isinstance(message, str) else message[0]
    yield from of_pack(pack)
    yield from SAID
