"""Where peers come from: Python environments and a folder of Node packages, all locked by hash, and Debian.

Everything lies in ``.peers/`` beside the sources, is made when it is missing or its lock has changed, and is
left there for the next time; nothing is installed anywhere else, and nothing needs an administrator.
"""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".peers"
LOCK = Path(__file__).parent / "theirs" / "requirements.lock"
NODE = Path(__file__).parent / "node"


class NotHere(Exception):
    """A peer is not to be had on this machine; says what to do about it."""


def python(lock: Path = LOCK, at_least: tuple[int, int] = (3, 11)) -> Path:
    """The interpreter of an environment with what a lock names.

    Args:
        lock: requirements with hashes.
        at_least: the Python that they need.

    Raises:
        NotHere: there is no such Python on this machine, or pip cannot install them.
    """
    folder = FOLDER / f"python-{_digest(lock)}"
    interpreter = folder / "bin" / "python"
    stamp = folder / ".whole"
    if not stamp.exists():
        base = _base(at_least)
        print(f"Installing what {lock.relative_to(ROOT)} names …", file=sys.stderr)
        _run([base, "-m", "venv", "--clear", str(folder)])
        quiet = ["-qq", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        _run([str(interpreter), "-m", "pip", "install", *quiet, "-r", str(lock)])
        stamp.touch()
    return interpreter


def _base(at_least: tuple[int, int]) -> str:
    """A Python of this machine that is new enough: our own, else one on the path or of pyenv's."""
    if sys.version_info >= at_least:
        return sys.executable
    names = [f"python3.{minor}" for minor in range(at_least[1], at_least[1] + 5)]
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [*map(shutil.which, names), *(str(each) for name in names for each in kept.glob(f"*/bin/{name}"))]
    for each in filter(None, found):
        # pyenv answers for every Python that it could have, and starts only the chosen one.
        if subprocess.run([each, "-m", "venv", "--help"], capture_output=True, check=False).returncode == 0:
            return each
    raise NotHere(f"it needs Python {at_least[0]}.{at_least[1]} or newer, which is not on this machine")


def version(interpreter: Path, package: str) -> str:
    """A package of an environment and its version, as in ``canaille 0.3.6``."""
    asked = f"import importlib.metadata as m; print(m.version({package!r}))"
    ended = subprocess.run([str(interpreter), "-c", asked], check=True, capture_output=True, text=True)
    return f"{package} {ended.stdout.strip()}"


def node(source: Path = NODE) -> Path:
    """A folder with Node packages, and beside them the scripts that use them.

    Args:
        source: a folder with ``package.json``, ``package-lock.json`` and scripts.

    Raises:
        NotHere: there is no Node on this machine, or npm cannot install them.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NotHere("there is no Node on this machine: install Node 20 or newer, with npm")
    folder = FOLDER / f"node-{_digest(source / 'package-lock.json')}"
    stamp = folder / ".whole"
    if not stamp.exists():
        print(f"Installing what {source.name}/package-lock.json names …", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, folder)
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--no-update-notifier"]
        _run([npm, "ci", *quiet], folder)
        stamp.touch()
    for script in source.glob("*.mjs"):
        shutil.copy(script, folder)
    return folder


def node_version(folder: Path, package: str) -> str:
    """A package of a folder from :func:`node` and its version."""
    told = json.loads((folder / "node_modules" / package / "package.json").read_text(encoding="utf-8"))
    return f"{package} {told['version']}"


def debian(program: str, package: str) -> Path:
    """A program of Debian's.

    Args:
        program: its name.
        package: the package that brings it.

    Raises:
        NotHere: it is not installed.
    """
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise NotHere(f"{program} is not installed: apt-get install --no-install-recommends {package}")
    return Path(found)


def unpacked(*packages: str) -> Path:
    """A folder with packages of Debian's, taken apart: none of them is installed.

    Args:
        packages: their names.

    Raises:
        NotHere: this is no Debian, or they cannot be downloaded.
    """
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise NotHere(f"there is no apt-get on this machine, which {packages[0]} is taken with")
    folder = FOLDER / f"debian-{sha256(' '.join(packages).encode()).hexdigest()[:16]}"
    stamp = folder / ".whole"
    if not stamp.exists():
        print(f"Downloading {packages[0]} …", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        # An account of apt's own, which root's downloads are left to, may not write here.
        _run(["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *packages], folder)
        for archive in sorted(folder.glob("*.deb")):
            _run(["dpkg-deb", "-x", archive.name, "."], folder)
        stamp.touch()
    return folder


def unpacked_version(folder: Path, package: str) -> str:
    """A package of a folder from :func:`unpacked` and its version, as in ``exim4-daemon-light 4.96-15``."""
    (archive,) = folder.glob(f"{package}_*.deb")
    return f"{package} {archive.name.split('_')[1]}"


def debian_version(package: str) -> str:
    """A package of Debian's and its version; the name alone where Debian does not know it."""
    query = shutil.which("dpkg-query")
    if query is None:
        return package
    asked = [query, "--show", "--showformat=${Version}", package]
    ended = subprocess.run(asked, check=False, capture_output=True, text=True)
    return f"{package} {ended.stdout.strip()}".strip()


def _run(command: list[str], folder: Path | None = None) -> None:
    """Run what brings something here; what it says is shown, but not taken for what came of a try."""
    ended = subprocess.run(command, cwd=folder, check=False, stdout=sys.stderr)
    if ended.returncode:
        raise NotHere(
            "it could not be brought here: what was to bring it says why; it needs its index in reach"
        )


def _digest(lock: Path) -> str:
    return sha256(lock.read_bytes()).hexdigest()[:16]
