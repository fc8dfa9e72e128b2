"""How every command ends: 0 done, 1 refused, 2 usage; an error is one sentence on standard error."""

import errno
import json
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from console.cli.terminal.rendering import plain
from states.errors import CaseChanged, LeftUnsaid, NotReady, TatError, TransitionRefused, Withheld

#: exit code of a bug in tatflow: neither done nor refused (BSD's EX_SOFTWARE)
BUG = 70

#: what a disk that takes nothing makes of a command
_FULL = dict.fromkeys(
    (errno.ENOSPC, errno.EDQUOT),
    "The disk is full, and what you did was not done. All that was on record is kept: make room, then do it "
    "again.",
) | {
    errno.EROFS: "The disk can only be read, and what you did was not done. All that was on record is kept: "
    "see why, then do it again.",
}

#: the packages whose lines a bug's report names
PACKAGES = ("console", "deployments", "flows", "tasks", "notifications", "states")

#: exit code of a command that was canceled with Ctrl-D
GIVEN_UP = 1


class Group(TyperGroup):
    """A group of commands that says in whole what each is for."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands; Click would cut the sentences off at the end of the line."""
        every = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        said = [(name, " ".join((each.help or "").split("\n\n")[0].split())) for name, each in every if each]
        with formatter.section("Commands"):
            formatter.write_dl(said)


class Commands(Group):
    """The tree of commands; turns errors into sentences and exit codes."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line, and exit.

        Args:
            args: the words after the program's name; None: this process's own.
            prog_name: what the program calls itself.
            complete_var: the variable by which a shell asks for completions.
            standalone_mode: ignored; this always exits.
            windows_expand_args: whether to expand patterns on Windows.
            extra: further settings of the context.
        """
        del standalone_mode
        given = list(sys.argv[1:] if args is None else args)
        sys.exit(
            _ended(
                lambda: super(Commands, self).main(
                    given,
                    prog_name or "tat",
                    complete_var,
                    standalone_mode=False,
                    windows_expand_args=windows_expand_args,
                    **extra,
                ),
                as_json="--json" in given,
            )
        )


def _ended(run: Any, *, as_json: bool) -> int:
    """Run, and say what went wrong; returns the exit code."""
    try:
        return int(run() or 0)
    except TatError as error:
        _say(error, str(error), as_json=as_json)
        return error.exit_code
    except TyperException as error:
        _say(error, _usage(error), as_json=as_json)
        return error.exit_code
    except OSError as error:
        sentence = _FULL.get(error.errno or 0)
        _say(error, sentence or _bug(error), as_json=as_json)
        return BUG if sentence is None else NotReady.exit_code
    except typer.Abort:
        sys.stderr.write("Canceled: nothing was written.\n")
        return GIVEN_UP
    except Exception as error:  # noqa: BLE001 - a bug's own message and locals may hold personal data
        _say(error, _bug(error), as_json=as_json)
        return BUG


def _say(error: Exception, sentence: str, *, as_json: bool) -> None:
    sentence = plain(sentence)
    still_open = error.still_open if isinstance(error, LeftUnsaid) else ()
    if not as_json:
        whose = [f"\n  - {each.id[:8]} {each.what} ({each.owner or 'nobody yet'})" for each in still_open]
        sys.stderr.write(f"{sentence}{plain(''.join(whose))}\n")
        return
    said: dict[str, Any] = {"error": type(error).__name__, "message": sentence, "missing": []}
    if isinstance(error, TransitionRefused | Withheld):
        said["missing"] = [
            {"guard": m.guard, "sentence": m.sentence, "who": m.who, "clause": m.clause}
            for m in error.missing
        ]
    if isinstance(error, CaseChanged):
        said["changes"] = list(error.changes)
    if isinstance(error, LeftUnsaid):
        said["still_open"] = [asdict(each) for each in error.still_open]
    sys.stderr.write(f"{json.dumps(said, indent=2)}\n")


def _usage(error: TyperException) -> str:
    """What is wrong with the words typed, and where the right ones stand."""
    said, context = error.format_message(), getattr(error, "ctx", None)
    # A group of commands without one of them shows its help, which needs no pointer to itself.
    return said if context is None or "\n" in said else f"{said} See `{context.command_path} --help`."


def _bug(error: Exception) -> str:
    """Where it happened, without a word of what it was about."""
    root = Path(__file__).parents[3]
    steps = traceback.extract_tb(error.__traceback__)
    own = [
        step
        for step in steps
        if any(Path(step.filename).is_relative_to(root / package) for package in PACKAGES)
    ]
    where = "".join(f"\n  {Path(step.filename).name}, line {step.lineno}, in {step.name}" for step in own)
    return (
        f"tatflow itself made a mistake ({type(error).__name__}), and what was under way was not written. "
        f"Details are left out, because they could be about people. Please report these lines:{where}"
    )
