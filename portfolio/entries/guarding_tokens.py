"""Words in a row, and the names among them: what the text guard reads a sentence by.

A name is a row of words with a capital ("Noor van den Berg"); where everything has a capital, or nothing, known first
names count. Whether a name says too much is asked in guarding_names.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from portfolio.entries.guarding_words import (
    CLASSES,
    COLLEAGUES,
    FIRST_NAMES,
    NO_NAMES,
    PARENTS,
    PARTICLES,
    PUPILS,
    STARTERS,
)

ROLES = PUPILS | PARENTS | CLASSES
TOKEN = re.compile(r"\w+(?:['’-]\w+)*")
_IN_WORD = re.compile(r"\w|(?<=\w)['’-]")
CODE = re.compile(r"[1-8][a-z]{0,2}\d?|[a-z]{1,3}[1-6][a-z]{0,2}|[1-6](?:vwo|havo|vmbo|mavo|tl|gl|bb|kb)[a-z]?")
"""The name of a class."""


@dataclass(slots=True)
class Token:
    """A word, where it stands, and what kind of word it is."""

    start: int
    end: int
    text: str
    low: str
    begins: bool = False
    """First of its sentence or line, where a capital says little."""
    ends: bool = False
    """Last of its sentence."""
    after: str = ""
    """The first sign that follows it, if that is no blank."""


@dataclass(slots=True)
class Name:
    """A row of words that looks like a name: the first and last of its tokens."""

    first: int
    last: int

    @property
    def full(self) -> bool:
        """More than one word."""
        return self.last > self.first


def places_of(text: str, words: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where any of these words stands in a text. Few of them are looked for, of many every word is looked up."""
    if 0 < len(words) <= 20:
        either = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        for found in re.compile(rf"(?:{either})(?!\w|['’-]\w)").finditer(text):
            if not found.start() or not _IN_WORD.match(text, found.start() - 1):
                yield found.span()
    elif words:
        for found in TOKEN.finditer(text):
            if found[0] in words:
                yield found.span()


def tokens_of(text: str) -> list[Token]:
    """The words of a text in order, with where sentences and lines begin and end."""
    found: list[Token] = []
    end = 0
    for match in TOKEN.finditer(text):
        gap = text[end : match.start()]
        token = Token(match.start(), match.end(), match[0], match[0].casefold())
        if not found:
            token.begins = True
        else:
            before = found[-1]
            bare = gap.lstrip()
            before.after = bare[:1]
            new_item = "\n" in gap and (gap.count("\n") > 1 or bool(gap.strip(" \n\t,;")))
            stops = new_item or any(sign in gap for sign in "!?…") or ("." in gap and not _is_initial(before))
            before.ends = stops
            token.begins = stops or "\n" in gap
        found.append(token)
        end = match.end()
    if found:
        found[-1].ends = True
        found[-1].after = text[end:].lstrip()[:1]
    return found


def names_among(tokens: Sequence[Token]) -> Iterator[Name]:
    """The names among these tokens, in order."""
    done = -1
    for place in range(len(tokens)):
        if place <= done or not _begins_name(tokens, place):
            continue
        last = place
        while not tokens[last].ends:
            following = last + 1
            while following - last <= 3 and following < len(tokens) and _joins(tokens[following]):
                following += 1
            if following >= len(tokens) or tokens[last].after in (",", ";", ":", "("):
                break
            if any(token.ends or token.after in (",", ";", ":", "(") for token in tokens[last + 1 : following]):
                break
            if not _may_be_name(tokens, following):
                break
            last = following
        done = last
        if not any(base_of(token.low) in NO_NAMES for token in tokens[place : last + 1]):
            yield Name(place, last)


def _begins_name(tokens: Sequence[Token], place: int) -> bool:
    token = tokens[place]
    if not _may_be_name(tokens, place):
        return False
    return not (token.low in STARTERS and not is_known(token)) and token.low not in PARTICLES


def _may_be_name(tokens: Sequence[Token], place: int) -> bool:
    """It has a capital that says something, belongs to a script without capitals, or is a known first name."""
    token = tokens[place]
    first = token.text[0]
    if base_of(token.low) in ROLES or token.low in COLLEAGUES or first.isdecimal() or is_code(token, word=False):
        return False
    if is_known(token):
        return True
    if _is_initial(token):
        return token.text not in ("I", "U", "A")
    if not (first.isupper() or (first.isalpha() and first == first.swapcase())):
        return False
    if token.low in STARTERS:
        return False
    return not (token.text.isupper() and len(token.text) > 1) or _among_known(tokens, place)


def _among_known(tokens: Sequence[Token], place: int) -> bool:
    """A word in capitals follows a known first name, maybe with `van der` between."""
    for before in range(place - 1, max(-1, place - 4), -1):
        if is_known(tokens[before]):
            return True
        if tokens[before].ends or not _joins(tokens[before]):
            return False
    return False


def _joins(token: Token) -> bool:
    return token.low in PARTICLES


def is_known(token: Token) -> bool:
    """It is a first name that is told from other words."""
    return base_of(token.low) in FIRST_NAMES


def _is_initial(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isupper() and token.text.isalpha()


def is_code(token: Token, *, word: bool = False) -> bool:
    """The name of a class: 3B, h4a, 2vwo; `word`: after `klas` or `groep` also a bare number."""
    if not CODE.fullmatch(token.low):
        return False
    return word or (any(c.isdigit() for c in token.low) and any(c.isalpha() for c in token.low))


def base_of(word: str) -> str:
    """A word without the 's of what belongs to it."""
    return word[:-2] if word.endswith(("'s", "’s")) else word
