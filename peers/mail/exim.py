"""Exim as Debian builds it, which takes mail into its queue and delivers none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import run

from peers.installing import unpacked
from peers.mail.server import LATER, NOT_THERE, Running, Set, Taken
from peers.serving import free_port, served

#: what the program needs beside a plain Debian; the last has it find the account that it runs as
PACKAGES = (
    "exim4-daemon-light",
    "libgnutls-dane0",
    "libidn12",
    "libnsl2",
    "libunbound8",
    "libnss-wrapper",
)

#: the account that Exim drops to when root starts it: nobody's
_NOBODY = 65534

CONFIGURATION = """\
primary_hostname = mail.wnmu.example
spool_directory = {folder}/spool
log_file_path = {folder}/spool/%slog
pid_file_path = {folder}/spool/pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
queue_only = true
keep_environment =
accept_8bitmime = {eight_bits}
smtputf8_advertise_hosts = {any_script}
tls_advertise_hosts = {encrypts}
tls_certificate = {certificate}
auth_advertise_hosts = ${{if def:tls_in_cipher {{*}}}}
acl_smtp_mail = mail
acl_smtp_rcpt = rcpt

begin acl
mail:
  deny
    condition = {demands}
    !authenticated = *
    message = 530 5.7.0 Authentication required
  accept
rcpt:
  deny
    local_parts = {not_there}
    message = 550 5.1.1 No such mailbox
  defer
    local_parts = {later}
    !seen = -0s / key=${{sender_host_address}}_${{sender_address}}_${{local_part}}
    message = 450 4.7.1 Greylisted, try again
  accept

begin authenticators
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{if eq{{$auth1}}{{{name}}}{{{password}}}fail}}
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{name}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
"""


@contextmanager
def exim(wanted: Set, folder: Path) -> Iterator[Running]:
    """Run it in a folder."""
    program, environment = _program(folder)
    port = free_port()
    name, password = wanted.login or ("nobody", "nothing")
    configuration = folder / "exim.conf"
    configuration.write_text(
        CONFIGURATION.format(
            folder=folder,
            port=port,
            eight_bits=str(wanted.eight_bits).lower(),
            any_script="*" if wanted.any_script else "",
            encrypts="*" if wanted.certificate else "",
            certificate=wanted.certificate or "",
            demands=str(wanted.login is not None).lower(),
            not_there=NOT_THERE,
            later=LATER,
            name=name,
            password=password,
        ),
        encoding="utf-8",
    )
    (folder / "spool").mkdir()
    if os.geteuid() == 0:
        # The file of settings stays root's: it would not be believed otherwise.
        for each in (folder, folder / "spool"):
            shutil.chown(each, _NOBODY, _NOBODY)
    command = [str(program), "-C", str(configuration)]

    def taken() -> list[Taken]:
        return [
            _taken([*command, "-Mvc"], environment, queued)
            for queued in sorted((folder / "spool" / "input").glob("*-H"))
        ]

    with served([*command, "-bdf"], port, folder=folder, environment=environment):
        yield Running(port, taken)


def _program(folder: Path) -> tuple[Path, dict[str, str]]:
    """The program and what it runs with: its libraries, and an account that this machine does not have."""
    packages = unpacked(*PACKAGES)
    (wrapper,) = packages.rglob("libnss_wrapper.so")
    account = _NOBODY if os.geteuid() == 0 else os.geteuid()
    (folder / "passwd").write_text(
        f"root:x:0:0::/:/bin/sh\nDebian-exim:x:{account}:{account}::/:/bin/sh\n", encoding="utf-8"
    )
    (folder / "group").write_text(f"root:x:0:\nDebian-exim:x:{account}:\n", encoding="utf-8")
    return packages / "usr" / "sbin" / "exim4", {
        "LD_LIBRARY_PATH": str(wrapper.parent),
        "LD_PRELOAD": str(wrapper),
        "NSS_WRAPPER_PASSWD": str(folder / "passwd"),
        "NSS_WRAPPER_GROUP": str(folder / "group"),
    }


def _taken(command: list[str], environment: dict[str, str], queued: Path) -> Taken:
    """A mail of the queue: the last line before the empty one of its file says whom it is for."""
    told = run(
        [*command, queued.name.removesuffix("-H")],
        env=os.environ | environment,
        check=True,
        capture_output=True,
    )
    envelope = queued.read_text(encoding="utf-8").partition("\n\n")[0]
    return Taken(envelope.splitlines()[-1], told.stdout)
