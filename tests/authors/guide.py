"""Read the plugin guide as a stranger does: its blocks are files to write and commands to run, in this order."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "plugin-guide.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "END_OF_THE_BLOCK"


@dataclass(frozen=True)
class File:
    """A block with a path: what to write there."""

    path: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line after a $: what to run, and lines of which each is the beginning of something it prints."""

    words: str
    prints: tuple[str, ...]


def steps() -> list[File | Command]:
    """Everything the guide tells its reader to do. A block of `sh` is for another moment than this one."""
    found: list[File | Command] = []
    for language, path, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        if path:
            found.append(File(path, text))
        elif language == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                words, *prints = part.splitlines()
                found.append(Command(words, tuple(prints)))
    return found


def find_file(ending: str) -> File:
    """The file the guide writes whose path ends so."""
    return next(step for step in steps() if isinstance(step, File) and step.path.endswith(ending))


def script() -> str:
    """One shell script that does it all and stops at the first failure; it says which command begins."""
    lines = ["set -euo pipefail"]
    for number, step in enumerate(steps()):
        if isinstance(step, File):
            folder = shlex.quote(str(Path(step.path).parent))
            lines += [f"mkdir -p {folder}", f"cat > {shlex.quote(step.path)} <<'{END}'", f"{step.text}{END}"]
        else:
            lines += [f"echo '@@ {number}'", step.words]
    return "\n".join(lines)


def printed(output: str) -> dict[int, str]:
    """What each command printed, by its number."""
    parts = re.split(r"^@@ (\d+)\n", output, flags=re.MULTILINE)
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}
