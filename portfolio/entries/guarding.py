"""The text guard: before a text is shared or handed over it is read for what may lead to somebody else.

It warns and never blocks, and it is a rough reader: it looks for patterns (a name beside "leerling", an address, a
number, a word about health), not for meaning. `look` is pure, so that sharing, handing over and plugins ask the same.

Every pattern takes time in proportion to the text, whatever the text is: each can begin only where a word or number
begins, and goes on for a bounded length.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portfolio.entries.guarding_names import NAME, PUPIL, spans_of_names
from portfolio.entries.guarding_tokens import TOKEN, places_of
from portfolio.entries.guarding_words import HEALTH
from portfolio.errors import Refused
from portfolio.filenames import split_extension
from portfolio.i18n import gettext as _
from portfolio.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from portfolio.contributions import Starter
    from portfolio.entries.kinds import Kind

EMAIL, PHONE, NUMBER, HEALTH_WORD = "email", "phone", "number", "health"
WHY: dict[str, Any] = {
    NAME: _l("A name near a word for a pupil, a parent or a class. “A pupil” or an initial often says enough."),
    PUPIL: _l("This may be a pupil's name. “A pupil” or an initial often says enough."),
    EMAIL: _l("An e-mail address. Is it needed here?"),
    PHONE: _l("A telephone number. Is it needed here?"),
    NUMBER: _l("A number that may be somebody's citizen service number (BSN). Leave that out."),
    HEALTH_WORD: _l(
        "This may be about somebody's health. The law protects that more than other things. Is it needed here?"
    ),
}
MOST = 30
FIELD = "anyway"
"""What a form sends when its writer has looked and shares all the same: the `fingerprint` of what they looked at."""
AROUND = 90
LONGEST_WORD = 60


@dataclass(frozen=True)
class Words:
    """A text of somebody, with what it is called on the page."""

    label: Any
    text: str


@dataclass(frozen=True)
class Finding:
    """What the guard saw: the marked words between what stands before and after them in their sentence."""

    kind: str
    label: Any
    before: str
    marked: str
    after: str

    @property
    def why(self) -> Any:
        """Why it is shown, in a sentence."""
        return WHY[self.kind]


@dataclass(frozen=True)
class Look:
    """For the template `entries/_look.html`: what was seen, and the form that goes on all the same."""

    findings: Sequence[Finding]
    action: str
    sent: Mapping[str, str | Sequence[str]]


class LookAgain(Refused):
    """The writer is asked to look at these words first; `fingerprint` sent along says that they did."""

    def __init__(self, findings: Sequence[Finding], fingerprint: str) -> None:
        super().__init__({FIELD: _("Please look at these words first.")})
        self.findings = findings
        self.fingerprint = fingerprint

    def on(self, action: str, sent: Mapping[str, str | Sequence[str]]) -> Look:
        """The same form once more, with what it was sent with and the word that its writer has looked."""
        return Look(self.findings, action, {**sent, FIELD: self.fingerprint})


_MARKS = str.maketrans("", "", "*`~\\")
# In the name of a file; between digits it stays, or a day and an hour would be a telephone number.
_BLANK = re.compile(r"[_-]+(?=[^\W\d_])|(?<=[^\W\d_])[_-]+")
_BARE = re.compile(r"https?://\S+|attachment:\S+|(?<![^\W_])_|_(?![^\W_])")
# What may not stand before comes after the first sign: so Python leaps from one such sign to the next.
_EMAIL = re.compile(r"[\w.+-](?<![\w.+-].)[\w.+-]{0,63}@[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){0,4}\.[^\W\d_]{2,24}\b")
_AT_HOME = re.compile(r"[0\u0660\u06f0](?<![\w,.+-].)\d(?:[ ().\-/\u00a0]{0,3}\d){8}(?!\w)")
_ABROAD = re.compile(r"(?:\+(?<![\w,.+-].)|0(?<![\w,.+-].)0)[1-9](?:[ ().\-/\u00a0]{0,3}\d){8,13}(?!\w)")
_NINE = re.compile(r"\d(?<![\w,.+/-].)(?:\d{8}|\d{1,3}(?:[ .\-]\d{2,4}){2,3})(?!\w|[ .,\-]\d)")
_ENDS = re.compile(r"[.!?…](?=\s)|\n\s*\n|\n(?=\s*[-*+•\d])")


def look(texts: Sequence[Words], language: str = "nl") -> list[Finding]:
    """What may need another look in these texts, in their order; at most MOST. `language` is the reader's.

    Words of both languages count; `language` only decides for the few that mean something else in the other one.
    """
    found: list[Finding] = []
    for words in texts:
        text = _BARE.sub(_blank, words.text.translate(_MARKS))
        seen: set[tuple[str, str]] = set()
        taken = 0
        for start, end, kind in sorted(_spans(text, language), key=lambda span: (span[0], -span[1])):
            if start < taken or (kind, text[start:end].casefold()) in seen:
                continue
            taken = end
            seen.add((kind, text[start:end].casefold()))
            found.append(Finding(kind, words.label, *_sentence(text, start, end)))
            if len(found) == MOST:
                return found
    return found


def look_first(texts: Sequence[Words], language: str, anyway: str) -> None:
    """Raise LookAgain when there is something to look at and `anyway`, what the form sent, isn't about these texts."""
    fingerprint = fingerprint_of(texts)
    if anyway != fingerprint and (findings := look(texts, language)):
        raise LookAgain(findings, fingerprint)


def words_in(kind: type[Kind], content: Mapping[str, Any], starter: Starter | None = None) -> list[Words]:
    """Every text that somebody wrote in an entry's content, as typed, with its label; choices have no words."""
    return [
        Words(part.label, part.text)
        for spec in kind.fields
        if spec.type.has_words and content.get(spec.name)
        for part in spec.type.parts(spec, content[spec.name], starter)
    ]


def words_of_files(files: Iterable[Any]) -> list[Words]:
    """What files (anything with a `filename` and an `alt`) are called and said to show: they go where an entry goes."""
    return [
        Words(label, text)
        for file in files
        for label, text in ((_("File"), words_in_name(file.filename)), (_("What is to be seen?"), file.alt))
    ]


def words_in_name(filename: str) -> str:
    """The name of a file as words: `leerling_Sanne-Bakker.jpg` is "leerling Sanne Bakker"."""
    parts = split_extension(filename)[0].split()
    return " ".join(part if _is_health(part) else _BLANK.sub(" ", part) for part in parts)


def fingerprint_of(texts: Sequence[Words]) -> str:
    """Says which words were looked at; another word and it is another."""
    return hashlib.sha256("\0".join(words.text for words in texts).encode()).hexdigest()[:32]


def _blank(found: re.Match[str]) -> str:
    """Addresses on the web and marks of Markdown are no words; what is around them keeps its place."""
    return " " if len(found[0]) > 1 else ""


def _spans(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    words = set(TOKEN.findall(text))
    yield from spans_of_names(text, words, language)
    for found in _EMAIL.finditer(text) if "@" in text else ():
        yield *found.span(), EMAIL
    for found in _NINE.finditer(text):
        if _is_bsn([int(digit) for digit in found[0] if digit.isdecimal()]):
            yield *found.span(), NUMBER
    for pattern in (_AT_HOME, _ABROAD):
        for found in pattern.finditer(text):
            yield found.start() - text.startswith("(", found.start() - 1), found.end(), PHONE
    for start, end in places_of(text, {word for word in words if _is_health(word)}):
        yield start, end, HEALTH_WORD


def _is_health(word: str) -> bool:
    low = word.casefold()
    if len(low) > LONGEST_WORD:
        return False
    return low in HEALTH or word in ("ADD", "ASS") or any(part in HEALTH for part in low.split("-"))


def _is_bsn(digits: list[int]) -> bool:
    """The test of eleven: nine digits weighed 9 to 2 and the last -1, divisible by eleven."""
    if len(digits) != 9:
        return False
    total = sum(weight * digit for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True))
    return total > 0 and total % 11 == 0


def _sentence(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The words in their sentence, or as much of it as fits; on one line."""
    low, high = max(0, start - 4 * AROUND), end + 4 * AROUND
    before, after = text[low:start], text[end:high]
    if ends := list(_ENDS.finditer(before)):
        before = before[ends[-1].end() :]
    if (stop := _ENDS.search(after)) is not None:
        after = after[: stop.start() + 1]
    return _cut(before, last=True), " ".join(text[start:end].split()), _cut(after, last=False)


def _cut(part: str, *, last: bool) -> str:
    words = re.sub(r"\s+", " ", part)
    words = words.lstrip() if last else words.rstrip()
    if len(words) <= AROUND:
        return words
    if last:
        return "… " + words[-AROUND:].partition(" ")[2]
    return words[:AROUND].rpartition(" ")[0] + " …"
