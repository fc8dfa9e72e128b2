"""What an installation sets, from ``TAT_…`` environment variables; the defaults work on one machine alone.

Where ``TAT_SECRETS_FOLDER`` names a folder, as containers and systemd's credentials are mounted, a setting
may be a file in it instead, called like the variable in small letters (``tat_smtp_url``).
"""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from states.errors import BadInput

#: the variable that names the folder of settings that are files
SECRETS = "TAT_SECRETS_FOLDER"


class Settings(BaseSettings):
    """One installation's settings."""

    model_config = SettingsConfigDict(env_prefix="TAT_", env_file=None, extra="ignore")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take settings from the environment first, then from files.

        Raises:
            BadInput: there is no such folder.
        """
        del dotenv_settings, file_secret_settings
        folder = os.environ.get(SECRETS, "")
        if not folder:
            return init_settings, env_settings
        if not Path(folder).is_dir():
            raise BadInput(f"{SECRETS} names no folder ({folder}). Nothing was done: correct it.")
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)

    #: the data folder: case database, keys, outbox, Prefect's own folder
    home: Path = Path.home() / ".tatflow"
    #: the case database; empty means a SQLite file in the data folder
    database_url: str = ""
    #: 32 bytes in URL-safe base64; empty means the key file in the data folder
    master_key: SecretStr = SecretStr("")
    #: a command that prints the master key, where a token or a key service keeps it
    key_command: str = ""
    #: the folder that takes backups; empty means `backups` in the data folder
    backup_folder: str = ""
    #: an authority that stamps anchors of the ledger (RFC 3161), and the file of root certificates that it is
    #: trusted by (PEM); empty: none does
    timestamp_url: str = ""
    timestamp_roots: str = ""
    #: what backups are encrypted with, like the master key: environment, else a command, else a file
    backup_key: SecretStr = SecretStr("")
    backup_key_command: str = ""
    #: hours between two backups while `tat up` runs (0: none are made by themselves), days they are kept
    backup_hours: float = Field(default=24.0, ge=0)
    backup_days: float = Field(default=30.0, gt=0)
    #: the bucket of S3-compatible storage that takes files, and what their names begin with there, as in
    #: `bucket/prefix`: for this installation alone; empty: they lie in `files` in the data folder
    files_bucket: str = ""
    #: where that storage is; empty: Amazon's, in the region
    files_endpoint: str = ""
    files_region: str = "us-east-1"
    #: who we are there; empty: as the machine says itself (its role, or its own configuration)
    files_access_key: SecretStr = SecretStr("")
    files_secret_key: SecretStr = SecretStr("")
    #: bytes that one file of a case may have, and that the files which come with one report may have in all
    files_largest: int = Field(default=4_000_000_000, ge=1)
    report_files_largest: int = Field(default=50_000_000, ge=1)
    #: how many files may come with one report
    report_files: int = Field(default=5, ge=0)
    #: a policy pack shipped with tatflow, or the path of a pack's folder or of its TOML file
    pack: str = "wnmu"
    #: the path of its next version, which a page compares with it; empty: there is none
    next_pack: str = ""
    #: where people open a case: links in messages start with it
    base_url: str = "http://127.0.0.1:8500"
    #: where the reception's HTTP doors listen; port 0: on any that is free
    reception_host: str = "127.0.0.1"
    reception_port: int = Field(default=8500, ge=0, le=65535)
    #: addresses of the proxies before the doors that tell who asks (`X-Forwarded-For`), apart by commas
    trusted_proxies: str = "127.0.0.1,::1"
    #: a Prefect API that already runs; empty means `tat up` starts one
    prefect_api_url: str = ""
    #: where operators' browsers find Prefect's own pages; empty: beside its API
    prefect_ui_url: str = ""
    #: where the Prefect server listens that `tat up` starts, and its port; it asks nobody who they are
    prefect_host: str = "127.0.0.1"
    prefect_port: int = Field(default=4200, ge=1, le=65535)
    #: smtp://user:password@host:port or smtps://…; empty means .eml files in the outbox folder
    smtp_url: SecretStr = SecretStr("")
    #: files (PEM): the authorities that the mail server is trusted by, our certificate there, and its key;
    #: empty: those of the machine, and no certificate
    smtp_ca: str = ""
    smtp_client_certificate: str = ""
    smtp_client_key: str = ""
    #: http://user:password@host:port of the proxy on the way to the mail server; empty: there is none
    smtp_proxy: SecretStr = SecretStr("")
    #: sender of every message
    sender: str = "threat-assessment-team@tatflow.example"
    #: days for which Prefect keeps a run that has ended, with its log and its events
    keep_runs_days: float = Field(default=45.0, ge=1)
    #: an incoming webhook of the operators' chat: told of failed, crashed and late runs; empty: nobody is
    operators_webhook: SecretStr = SecretStr("")
    #: how many effects the relay works on at once, besides an urgent one
    relay_concurrency: int = Field(default=4, ge=1, le=64)
    #: how long a claim of an effect holds without being renewed, in seconds
    lease_seconds: float = Field(default=60.0, gt=0, le=3600)
    #: "warm" runs effects in the relay's process, "pool" leaves them to a Prefect work pool
    execution: str = Field(default="warm", pattern="^(warm|pool)$")

    @property
    def casebook_url(self) -> str:
        """The case database's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.home / 'casebook.db'}"

    @property
    def policy_file(self) -> Path:
        """The version of the plan that was put in force at the console, as a zip; it counts before `pack`."""
        return self.home / "policy.zip"

    @property
    def next_policy_file(self) -> Path:
        """The next version of it that was handed in at the console; it counts before `next_pack`."""
        return self.home / "next_policy.zip"

    @property
    def pack_in_force(self) -> str:
        """Name or path of the policy pack that the installation works with."""
        return str(self.policy_file) if self.policy_file.exists() else self.pack

    @property
    def pack_to_come(self) -> str:
        """Path of its next version; empty: there is none."""
        return str(self.next_policy_file) if self.next_policy_file.exists() else self.next_pack

    @property
    def key_file(self) -> Path:
        """Where the master key lies when it is not in the environment."""
        return self.home / "master.key"

    @property
    def changes_key_file(self) -> bool:
        """Whether the master key lies in the key file, and not in the environment or behind a command."""
        return not self.master_key.get_secret_value() and not self.key_command

    @property
    def next_key_file(self) -> Path:
        """Where a new master key lies until every data key is wrapped under it."""
        return self.home / "master.key.next"

    @property
    def backups(self) -> Path:
        """The folder that takes backups."""
        return Path(self.backup_folder) if self.backup_folder else self.home / "backups"

    @property
    def backup_key_file(self) -> Path:
        """Where the backup key lies when it is neither in the environment nor behind a command."""
        return self.home / "backup.key"

    @property
    def files_folder(self) -> Path:
        """The folder that takes sealed files, where no bucket does."""
        return self.home / "files"

    @property
    def mark_file(self) -> Path:
        """Where this machine keeps the newest checkpoint of the ledger that it has seen."""
        return self.home / "ledger.mark"

    @property
    def demo_file(self) -> Path:
        """What says that all in the data folder is invented: the demo puts it there, into an empty folder."""
        return self.home / "demo"

    @property
    def outbox(self) -> Path:
        """The folder that takes messages as .eml files when no SMTP server is set."""
        return self.home / "outbox"

    @property
    def sources_file(self) -> Path:
        """The TOML file with one table for each data source."""
        return self.home / "sources.toml"

    @property
    def offices_file(self) -> Path:
        """The TOML file with one table for each office that referrals go to otherwise than by mail."""
        return self.home / "offices.toml"

    @property
    def doors_file(self) -> Path:
        """The TOML file with one table for each door at which reports come in."""
        return self.home / "doors.toml"

    @property
    def sign_in_file(self) -> Path:
        """The TOML file that describes the institution's own sign-in."""
        return self.home / "sign_in.toml"

    @property
    def prefect_url(self) -> str:
        """The Prefect API to talk to."""
        return self.prefect_api_url or f"http://127.0.0.1:{self.prefect_port}/api"

    @property
    def prefect_runs_at(self) -> str:
        """Where operators look at runs: an address that the id of a run completes."""
        pages = self.prefect_ui_url or self.prefect_url.rstrip("/").removesuffix("/api")
        return f"{pages.rstrip('/')}/runs/flow-run/"
