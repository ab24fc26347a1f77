"""Write the list of every hook, with signature and docstring, from the contract itself, so that it is never old."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from portfolio import hookspecs

BEGIN = "<!-- The list of hooks; `portfolio plugin hooks --write docs/plugin-guide.md` writes it anew. -->"
END = "<!-- The list of hooks ends. -->"


class NoPlace(ValueError):
    """The file has no place for the list."""


def hooks() -> list[tuple[type, str]]:
    """Every hook: the class it stands in, and its name, in the order of the contract."""
    return [(spec, name) for spec in hookspecs.SPECS for name in vars(spec) if not name.startswith("_")]


def list_hooks() -> str:
    """The list as Markdown."""
    lines: list[str] = []
    for spec, name in hooks():
        title = f"### {spec.__name__}: {_sentence(spec)}"
        if title not in lines:
            lines += [title, ""]
        hook = getattr(spec, name)
        lines += [f"**`{name}{_signature(hook)}`**  ", *inspect.cleandoc(str(hook.__doc__)).splitlines(), ""]
    return "\n".join(lines)


def with_list(page: str) -> str:
    """A page with the list as it should be between its two marks. Raises NoPlace when they aren't there."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise NoPlace(f"There is no place for the list: a line {BEGIN!r}, and below it {END!r}.")
    before, after = page.index(BEGIN) + len(BEGIN), page.index(END)
    return f"{page[:before]}\n\n{list_hooks()}\n{page[after:]}"


def write_list(path: Path) -> bool:
    """Bring the list in a file up to date; returns whether that changed anything. Raises NoPlace."""
    page = path.read_text(encoding="utf-8")
    renewed = with_list(page)
    if renewed != page:
        path.write_text(renewed, encoding="utf-8")
    return renewed != page


def _sentence(spec: type) -> str:
    words = inspect.cleandoc(str(spec.__doc__)).split("\n\n")[0].replace("\n", " ").rstrip(".")
    return words[0].lower() + words[1:]


def _signature(hook: object) -> str:
    signature = inspect.signature(hook)  # type: ignore[arg-type]
    signature = signature.replace(parameters=[one for name, one in signature.parameters.items() if name != "self"])
    return re.sub(r"'([^']*)'", r"\1", str(signature))
