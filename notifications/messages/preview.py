"""What `tat notices preview NAME` prints: a message with sample data, as either kind of channel gets it."""

from pathlib import Path

from notifications.messages.rendering import Rendered, message_named, render


def preview(name: str, overrides: Path | None = None) -> str:
    """Show one message, made from its invented sample.

    Args:
        name: a key of :data:`notifications.messages.registry.MESSAGES`.
        overrides: folder whose templates take precedence over the shipped ones.

    Raises:
        BadInput: there is no such message, or a template is broken.
    """
    message = message_named(name)
    own, elsewhere = both(name, overrides)
    return "\n".join(
        (
            f"{name}: {message.purpose}",
            f"Clauses: {', '.join(message.clause)}. Urgency: {'emergency' if own.urgent else 'routine'}.",
            "",
            *_shown("On the team's own channels", own),
            "",
            *_shown("On any other channel", elsewhere),
        )
    )


def both(name: str, overrides: Path | None = None) -> tuple[Rendered, Rendered]:
    """One message from its invented sample: on the team's own channels, and on any other one.

    Args:
        name: a key of :data:`notifications.messages.registry.MESSAGES`.
        overrides: folder whose templates take precedence over the shipped ones.

    Raises:
        BadInput: there is no such message, or a template is broken.
    """
    sample = message_named(name).sample
    own, elsewhere = (render(name, sample, own_channel=own, overrides=overrides) for own in (True, False))
    return own, elsewhere


def _shown(title: str, rendered: Rendered) -> tuple[str, ...]:
    return (f"== {title} ==", f"Subject: {rendered.subject}", "", rendered.text.rstrip())
