"""The texts that pages for anybody show: in templates, in code, and in the policy that ships."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file

from console.web.report.words import of_pack
from states.policy.pack import Pack

WEB = Path(__file__).parents[4] / "console" / "web"

#: the folders whose texts anybody reads
TEMPLATES = (
    "templates/layout.html.jinja",
    "templates/elsewhere.html.jinja",
    "templates/report/*.jinja",
    "templates/taken/paper.html.jinja",
)


def texts(pack: Pack) -> Iterator[str]:
    """Every text that a catalogue is to have."""
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
    options = {"trimmed": "true", "extensions": "jinja2.ext.i18n"}
    found = [(file, "jinja2") for pattern in TEMPLATES for file in sorted(WEB.glob(pattern))]
    found += [(file, "python") for file in sorted((WEB / "report").glob("*.py"))]
    for file, method in found:
        for _, message, _, _ in extract_from_file(method, file, keywords=keywords, options=options):
            yield message if isinstance(message, str) else message[0]
    yield from of_pack(pack)
