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
    own = render(name, message.sample, own_channel=True, overrides=overrides)
    elsewhere = render(name, message.sample, own_channel=False, overrides=overrides)
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


def _shown(title: str, rendered: Rendered) -> tuple[str, ...]:
    return (f"== {title} ==", f"Subject: {rendered.subject}", "", rendered.text.rstrip())
