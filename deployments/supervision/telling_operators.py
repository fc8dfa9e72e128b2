"""Tells operators by their chat's webhook what `tat up` has to say: also while relay or Prefect are dead."""

import logging
import threading

import httpx

from states.settings import Settings

_log = logging.getLogger(__name__)

#: seconds that the chat may take to answer
PATIENCE = 5.0


def tell(settings: Settings, sentence: str) -> threading.Thread | None:
    """Tell operators something, where the settings say whom; nothing waits for it.

    Args:
        settings: the installation's settings.
        sentence: what to say; no word of what any case is about.

    Returns:
        The thread that does it; None: there is nobody to tell.
    """
    where = settings.operators_webhook.get_secret_value()
    if not where:
        return None
    telling = threading.Thread(target=_post, args=(where, sentence), name="tells operators", daemon=True)
    telling.start()
    return telling


def _post(where: str, sentence: str) -> None:
    try:
        httpx.post(where, json={"text": f"tatflow: {sentence}"}, timeout=PATIENCE).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The address is a secret: neither it nor what httpx says of it.
        _log.warning("The operators' chat could not be told (%s): %s", type(error).__name__, sentence)
