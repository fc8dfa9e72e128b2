"""Turning a message and its context into a subject, a text and an HTML page.

Templates may come from an institution, so they run sandboxed, an unknown variable is an error instead of a
gap, and HTML is escaped. A channel that is not the team's own never sees a message's own templates: it gets
the ``elsewhere`` pair, in whose context no ``detail`` exists.
"""

import functools
import itertools
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from notifications.messages.contexts import Context, one_line
from notifications.messages.figures import figure_word, figure_word_es
from notifications.messages.markup import FONT, plain_in_mail
from notifications.messages.message import Message, Urgency
from notifications.messages.registry import MESSAGES, ROOMS
from notifications.messages.spanish import by_when_es, in_spanish
from notifications.messages.wording import TO_DO, by_when, in_words
from states.errors import BadInput
from states.vocabulary.directions import ISOLATE, POP, turns

#: the shipped templates; those of a message lie in the room of its entry
TEMPLATES = Path(__file__).parent / "templates"
#: what a channel outside the team's own gets instead of a message's own templates
ELSEWHERE = "elsewhere"
#: longer subjects are cut: mail servers refuse them and nobody reads them
SUBJECT_LENGTH = 150
#: what a template can go wrong with once it is read and runs; anything else is a mistake of ours
_TEMPLATE_FAULTS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready for an envelope.

    Args:
        name: the message's name.
        subject: one printable line.
        text: the plain-text body.
        html: the same as an HTML page.
        urgent: whether the recipient should drop everything else.
        own_channel: whether it was written for the team's own channels, and so may carry content.
    """

    name: str
    subject: str
    text: str
    html: str
    urgent: bool
    own_channel: bool


def render(name: str, context: Context, *, own_channel: bool, overrides: Path | None = None) -> Rendered:
    """Render one message (W-39).

    Args:
        name: a key of :data:`notifications.messages.registry.MESSAGES`.
        context: what the message is made from; its detail must be of the class that the message's sample has.
        own_channel: whether the recipient is on one of the team's own channels. If not, the result says only
            what is asked, with case number, link and time; save an alert, which says the same everywhere.
        overrides: folder whose templates take precedence over the shipped ones.

    Raises:
        BadInput: the message is unknown, the context does not fit it, or a template is broken (named with
            file, line and problem).
    """
    message = message_named(name)
    _check_context(message, context)
    template = _template_of(message, own_channel=own_channel)
    urgent = context.urgent or message.urgency is Urgency.EMERGENCY
    values = dict(context) | {"ask": message.ask, "urgent": urgent, "signed_in": message.signed_in}
    values["both"] = message.in_both
    if template == ELSEWHERE:
        del values["detail"]
    first, _, text = _fill(f"{template}.txt.jinja", values, overrides).lstrip().partition("\n")
    prefix, colon, subject = first.partition(":")
    if prefix != "Subject" or not colon or not one_line(subject):
        raise BadInput(
            f"{template}.txt.jinja, line 1: must begin with 'Subject:' and a subject. "
            "Nothing was sent: mend the template, then repeat."
        )
    return Rendered(
        name=name,
        subject=_cut(one_line(subject)),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=_fill(f"{template}.html.jinja", values, overrides),
        urgent=urgent,
        own_channel=own_channel,
    )


def _template_of(message: Message, *, own_channel: bool) -> str:
    return message.name if own_channel or message.everywhere else ELSEWHERE


def message_named(name: str) -> Message:
    """Look a message up.

    Args:
        name: a key of :data:`notifications.messages.registry.MESSAGES`.

    Raises:
        BadInput: there is no such message.
    """
    if name not in MESSAGES:
        names = ", ".join(sorted(MESSAGES))
        raise BadInput(f"There is no message of that name. Nothing was sent. Choose one of: {names}.")
    return MESSAGES[name]


def check_templates(overrides: Path | None = None) -> None:
    """Render every message with its sample, for both kinds of channel, with and without what is optional.

    Args:
        overrides: folder whose templates take precedence over the shipped ones.

    Raises:
        BadInput: a template is broken, lacks the link, or overrides nothing; one problem to a line.
    """
    problems = [
        f"{file}: overrides no shipped template; check the spelling" for file in _strangers(overrides)
    ]
    for message, own_channel in itertools.product(MESSAGES.values(), (True, False)):
        for context in (message.sample, _bare(message)):
            try:
                rendered = render(message.name, context, own_channel=own_channel, overrides=overrides)
            except BadInput as error:
                problems.append(str(error))
                continue
            template = _template_of(message, own_channel=own_channel)
            for ending, body in (("txt", rendered.text), ("html", rendered.html)):
                if context.link not in body:
                    problems.append(
                        f"{template}.{ending}.jinja: lacks {{{{ link }}}}, so nobody could open the case"
                    )
    if problems:
        raise BadInput("\n".join(dict.fromkeys(problems)))


def _bare(message: Message) -> Context:
    """Give a message's sample without anything it may lack."""
    kept = message.sample
    return kept.model_copy(
        update={
            "case_number": kept.case_number if message.about_case else None,
            "when": kept.when if message.timed else None,
            "urgent": False,
            "detail": kept.detail.model_copy(update=dict.fromkeys(kept.detail.optional(), None)),
        }
    )


def _strangers(overrides: Path | None) -> list[str]:
    """List override files that no message will ever use; a leading underscore marks a pack's own parts."""
    if overrides is None or not overrides.is_dir():
        return []
    shipped = {path.name for path in TEMPLATES.rglob("*.jinja")}
    return sorted(
        p.name for p in overrides.iterdir() if p.name not in shipped and not p.name.startswith(("_", "."))
    )


def _check_context(message: Message, context: Context) -> None:
    problem = None
    if type(context.detail) is not type(message.sample.detail):
        problem = f"needs a detail of class {type(message.sample.detail).__name__}"
    elif message.about_case and context.case_number is None:
        problem = "needs a case number"
    elif message.timed and context.when is None:
        problem = "needs a time"
    if problem:
        raise BadInput(f"The message {message.name} {problem}. Nothing was sent: give it that, then repeat.")


def _cut(subject: str) -> str:
    return subject if len(subject) <= SUBJECT_LENGTH else subject[: SUBJECT_LENGTH - 1] + "…"


def _said(value: object) -> object:
    """A value as a message says it; what is written from the right turns nothing beside it (UAX #9)."""
    said = in_words(value)
    isolated = isinstance(said, str) and not isinstance(said, Markup) and turns(said)
    return f"{ISOLATE}{said}{POP}" if isolated else said


class _Own(FileSystemLoader):
    """An institution's own templates: what its version of the plan is approved with, and no other file."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        if "/" in template or not template.endswith(".jinja"):
            raise TemplateNotFound(template)
        return super().get_source(environment, template)


@functools.lru_cache(maxsize=8)
def _environment(overrides: Path | None) -> ImmutableSandboxedEnvironment:
    if overrides is not None and not overrides.is_dir():
        raise BadInput(
            f"The folder of templates {overrides} does not exist. "
            "Nothing was sent: create it, or take `templates` out of the policy pack."
        )
    # By its name alone, so that an institution's own ones lie in one folder, whatever the rooms of ours.
    shipped = FileSystemLoader([TEMPLATES, *(TEMPLATES / room for room in ROOMS)])
    environment = ImmutableSandboxedEnvironment(
        loader=shipped if overrides is None else ChoiceLoader([_Own(overrides), shipped]),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_said,
    )
    # range, lipsum, cycler …: no message needs them, and range can be asked for far too much
    environment.globals.clear()
    environment.globals["font"] = Markup(FONT)  # noqa: S704 - ours, and fit for an attribute
    environment.filters["plain_in_mail"] = plain_in_mail
    environment.filters["es"] = in_spanish
    environment.filters["figure"] = figure_word
    environment.filters["figure_es"] = figure_word_es
    environment.filters["due"] = by_when
    environment.filters["due_es"] = by_when_es
    environment.filters["to_do"] = TO_DO.__getitem__
    return environment


def _fill(template: str, values: dict[str, object], overrides: Path | None) -> str:
    problem = ""
    try:
        return _environment(overrides).get_template(template).render(values)
    except TemplateSyntaxError as error:
        problem = f"{Path(error.filename or template).name}, line {error.lineno}: {error.message}"
    except _TEMPLATE_FAULTS as error:
        problem = f"{_place(error, template)}: {_complaint(error)}"
    # raised out here, so that no value from the context travels along as the error's cause
    raise BadInput(f"{problem}. Nothing was sent: mend the template, then repeat.")


def _place(error: BaseException, template: str) -> str:
    """Name the file and line in which a running template failed; Jinja2 puts both into the traceback."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".jinja")]
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else template


def _complaint(error: BaseException) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name}"
    # Jinja2's own messages name variables; other errors may quote a value
    return error.message or "cannot be rendered" if isinstance(error, TemplateError) else type(error).__name__
