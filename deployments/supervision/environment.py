"""What a child process is told through its environment: this installation's settings, and Prefect's."""

import os

from pydantic import SecretStr

from states.settings import Settings

#: how much of the future (ISO 8601) Prefect's scheduler keeps in its database; its own default of an hour
#: is mostly clutter
SCHEDULED_AHEAD = "PT5M"


def child_environment(settings: Settings) -> dict[str, str]:
    """Environment variables of every process that belongs to this installation.

    Prefect reads its settings when it is imported: they must be in place before the process starts.

    Args:
        settings: the installation's settings; the child reads the same ones back.
    """
    return {**os.environ, **_own(settings), **prefect_client_environment(settings)}


def prefect_client_environment(settings: Settings) -> dict[str, str]:
    """Where Prefect's client finds the server and its own folder, with telemetry off."""
    return {
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_API_URL": settings.prefect_url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # One question less for each client that is opened: versions are pinned together.
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    }


def prefect_server_environment(settings: Settings) -> dict[str, str]:
    """What only the Prefect server needs to know: its port, its SQLite file, its user interface."""
    database = settings.home / "prefect" / "prefect.db"
    kept = round(settings.keep_runs_days * 86_400)
    return {
        "PREFECT_SERVER_API_HOST": settings.prefect_host,
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        # Without it the user interface talks to port 4200, whatever port it was served from.
        "PREFECT_UI_API_URL": settings.prefect_url,
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database}",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": SCHEDULED_AHEAD,
        # Marking runs late competes for SQLite with the relay, which takes them up anyway; workers may not.
        "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": str(settings.execution == "pool").lower(),
        # Events are a write each unless they are put together. Our flows have no task runs; those of others
        # that use the same server are shown a second after they began, at most.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
        # Runs, logs, artifacts and events older than that are removed, an hour's worth at a time.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(kept),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"PT{kept}S",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }


def _own(settings: Settings) -> dict[str, str]:
    plain = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings
    }
    return {f"TAT_{name.upper()}": value for name, value in plain.items()}
