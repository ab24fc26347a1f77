"""Find the messages of a folder and keep its `translations/nl.po` up to date; for developers and plugin authors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from portfolio.places import theme_folders

HERE = Path(__file__).parent
METHODS = [("**/tests/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def folders() -> list[Path]:
    """The folders of the core that have a catalogue of their own: the package, its sections and its themes."""
    sections = sorted(path.parent for path in HERE.glob("sections/*/__init__.py"))
    themes = sorted(path.parent for folder in theme_folders() for path in folder.glob("*/theme.toml"))
    return [HERE, *sections, *themes]


def find_messages(folder: Path) -> Catalog:
    """Every message in a folder's code and templates, with where it stands; folders with their own are left out."""
    apart = [other for other in folders() if other != folder and other.is_relative_to(folder)]

    def wanted(path: str) -> bool:
        inner = Path(path)
        return inner.name not in ("tests", "scaffold", "_bundled", "__pycache__") and inner not in apart

    catalogue = Catalog(locale="nl", fuzzy=False)
    for name, line, message, comments, context in extract_from_dir(
        str(folder), METHODS, keywords=KEYWORDS, directory_filter=wanted
    ):
        catalogue.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return catalogue


def update(folder: Path) -> int:
    """Bring `translations/nl.po` in line with the code; what is known stays, what is gone goes.

    Returns how many messages still have no Dutch. A folder that says nothing needs no catalogue.
    """
    found, path = find_messages(folder), folder / "translations" / "nl.po"
    known = _read(path)
    if known is None and not any(message.id for message in found):
        return 0
    for message in found:
        if message.id and known is not None:
            earlier = known.get(message.id if isinstance(message.id, str) else message.id[0])
            if earlier is not None:
                message.string = earlier.string
    for message in found:
        message.locations = sorted({(name, 0) for name, _line in message.locations})
    path.parent.mkdir(exist_ok=True)
    if known is not None:
        found.creation_date = known.creation_date  # so that an empty run leaves no trace
    with path.open("wb") as file:
        write_po(file, found, width=120, sort_output=True, omit_header=False, include_lineno=False)
    return len(list(missing(folder)))


def missing(folder: Path) -> Iterator[Message]:
    """The messages of a folder that have no Dutch, or whose Dutch names other values than the English."""
    known = _read(folder / "translations" / "nl.po") or Catalog(locale="nl")
    for message in find_messages(folder):
        if not message.id:
            continue
        translated = known.get(message.id if isinstance(message.id, str) else message.id[0])
        forms = [] if translated is None else translated.string
        forms = [forms] if isinstance(forms, str) else list(forms or ())
        undone = translated is None or translated.fuzzy or not forms or not all(forms)
        if undone or any(_values(form) - _values(message.id) for form in forms):
            yield message


def left_over(folder: Path) -> list[str]:
    """Messages in a folder's `translations/nl.po` that its code and templates don't say (any more)."""
    said = {_first(message) for message in find_messages(folder) if message.id}
    known = _read(folder / "translations" / "nl.po") or Catalog(locale="nl")
    return [_first(message) for message in known if message.id and _first(message) not in said]


def messages_pattern(folder: Path) -> re.Pattern[str]:
    """What matches any English message of a folder, filled in or not."""
    known = {one for message in find_messages(folder) if message.id for one in _forms(message.id)}
    return re.compile("|".join(re.sub(r"%\\\(\w+\\\)s", ".*", re.escape(one)) for one in sorted(known)), re.DOTALL)


def unmarked(template: str) -> list[str]:
    """Words in a template that people would read and that no translation can change."""
    html = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.DOTALL)
    shown = [found[1] for found in re.findall(r"""\b(alt|title|placeholder|aria-label)=["']([^"']*)""", html)]
    texts = [*re.sub(r"<[^>]*>", "\n", html).splitlines(), *shown]
    return [" ".join(text.split()) for text in texts if re.search(r"[^\W\d_]{2}", re.sub(r"&\w+;", "", text))]


def _forms(words: str | tuple[str, ...] | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _values(text: str | tuple[str, ...] | list[str]) -> set[str]:
    return {name for one in _forms(text) for name in re.findall(r"%\((\w+)\)", one)}


def _read(path: Path) -> Catalog | None:
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale="nl")
