"""Names that stand with a word for a pupil, a parent or a class: the part of the text guard that reads words in a row.

Neither "leerling" alone nor a name alone says anything; together they may. A name is a row of words with a capital
("Noor van den Berg"), or beside `leerling` a single one; where everything has a capital, or nothing, known first names
count.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from portfolio.entries.guarding_words import (
    CLASHES,
    CLASSES,
    COLLEAGUES,
    FIRST_NAMES,
    FROM,
    LINKS,
    NO_NAMES,
    OF_CLASS,
    PARENTS,
    PARTICLES,
    PUPILS,
    STARTERS,
)

NAME, PUPIL = "name", "pupil"
NEAR = 3
"""How many words may stand between a full name and the word it belongs to."""

AROUND = 120
"""How many signs around such a word are looked at closely."""

TOKEN = re.compile(r"\w+(?:['’-]\w+)*")
_IN_WORD = re.compile(r"\w|(?<=\w)['’-]")
_CODE = re.compile(r"[1-8][a-z]{0,2}\d?|[a-z]{1,3}[1-6][a-z]{0,2}|[1-6](?:vwo|havo|vmbo|mavo|tl|gl|bb|kb)[a-z]?")
_CALLED = {"heet", "heette", "genaamd", "named", "called"}
_ROLES = PUPILS | PARENTS | CLASSES


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


def spans_of_names(text: str, words: Collection[str], language: str) -> Iterator[tuple[int, int, str]]:
    """Where names stand that may be a pupil's or a parent's, and NAME or PUPIL. `words` are all words of the text."""
    roles = _ROLES - CLASHES.get(language, frozenset())
    matter = {word for word in words if _base(word.casefold()) in roles or _names_class(word)}
    for low, high in _windows(text, matter):
        tokens = _tokens(text[low:high])
        for name in _names(tokens):
            kind = _kind(tokens, name, roles)
            if kind:
                yield low + tokens[name.first].start, low + tokens[name.last].end, kind


def _windows(text: str, matter: Collection[str]) -> Iterator[tuple[int, int]]:
    """The parts of a text around words that matter, each once: most of a text is never looked at closely."""
    low = high = 0
    for start, end in places_of(text, matter):
        begin = start - AROUND
        if begin > high:
            if high:
                yield low, high
            low = max(0, text.rfind(" ", max(0, begin - AROUND), begin) + 1)
        high = end + AROUND
    if high:
        yield low, high


def _names_class(word: str) -> bool:
    """`3B`, `7`: the name before it may be a pupil's."""
    return len(word) < 7 and not word.isalpha() and bool(_CODE.fullmatch(word.casefold()))


def _tokens(text: str) -> list[Token]:
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


def _names(tokens: Sequence[Token]) -> Iterator[Name]:
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
        if not any(_base(token.low) in NO_NAMES for token in tokens[place : last + 1]):
            yield Name(place, last)


def _kind(tokens: Sequence[Token], name: Name, roles: frozenset[str]) -> str:
    """Why a name is worth a look; "" when it isn't."""
    sure = name.full or _is_known(tokens[name.first]) or not tokens[name.first].begins
    if sure and (_has_class_after(tokens, name) or _has_class_before(tokens, name)):
        return PUPIL
    for place, between in _roles_near(tokens, name, roles):
        role, ahead = _base(tokens[place].low), place < name.first
        words = {token.low for token in between}
        if role == "ouder" and place + 1 < len(tokens) and tokens[place + 1].low == "dan":
            continue
        if role in CLASSES:
            if name.full and not _is_colleague(tokens, name) and words <= OF_CLASS and (words & FROM or not words):
                return NAME
            continue
        if ahead and (not between or words <= LINKS):
            if name.full or _is_known(tokens[name.first]) or (not tokens[name.first].begins and not words):
                return PUPIL if role in PUPILS else NAME
            if not tokens[name.first].begins and (words | {_at(tokens, name.last + 1)}) & _CALLED:
                return PUPIL if role in PUPILS else NAME
        if role in PARENTS and ahead and words and words <= FROM and sure:
            return NAME
        if not ahead and _says_who(tokens, name, words):
            return PUPIL if role in PUPILS else NAME
        if name.full and not _is_colleague(tokens, name):
            return NAME
    return ""


def _says_who(tokens: Sequence[Token], name: Name, between: set[str]) -> bool:
    """`Sanne, een leerling`, `Sanne is een leerling`, `Sanne's moeder`."""
    last = tokens[name.last]
    known = _is_known(tokens[name.first])
    if last.low.endswith(("'s", "’s")) and not between and (known or not tokens[name.first].begins):
        return True
    if not known and (tokens[name.first].begins or _stands_for_place(tokens, name)):
        return False
    return bool(between) and between <= LINKS and (last.after == "," or known)


def _roles_near(
    tokens: Sequence[Token], name: Name, roles: frozenset[str]
) -> Iterator[tuple[int, Sequence[Token]]]:
    """The words for a pupil, a parent or a class in the name's sentence, with what stands between; nearest first."""
    for distance in range(1, NEAR + 2):
        place = name.first - distance
        between = tokens[place + 1 : name.first]
        if place >= 0 and _base(tokens[place].low) in roles and not any(t.ends for t in (tokens[place], *between)):
            yield place, between
        place = name.last + distance
        if (
            place < len(tokens)
            and not any(token.ends for token in tokens[name.last : place])
            and _base(tokens[place].low) in roles
        ):
            yield place, tokens[name.last + 1 : place]


def _has_class_after(tokens: Sequence[Token], name: Name) -> bool:
    """`Sanne (3B)`, `Sanne uit 3B`, `Sanne uit klas 3B`, `Sanne, groep 7`."""
    place, last = name.last + 1, tokens[name.last]
    if place >= len(tokens) or last.ends:
        return False
    bracket = last.after == "("
    said = bracket
    if tokens[place].low in FROM or (tokens[place].low == "in" and _at(tokens, place + 1) in CLASSES):
        said, place = True, place + 1
    if _at(tokens, place) in CLASSES:
        said, place = True, place + 1
        return said and place < len(tokens) and not tokens[place - 1].ends and _is_code(tokens[place], word=True)
    return said and place < len(tokens) and _is_code(tokens[place], word=False)


def _has_class_before(tokens: Sequence[Token], name: Name) -> bool:
    """`klas 3B: Sanne`, `groep 7 – Yusuf Demir`. A single name must be known: much has a capital after a class."""
    place = name.first - 1
    if place < 1 or tokens[place].ends or tokens[place - 1].ends:
        return False
    known = name.full or _is_known(tokens[name.first])
    return known and tokens[place - 1].low in CLASSES and _is_code(tokens[place], word=True)


def _begins_name(tokens: Sequence[Token], place: int) -> bool:
    token = tokens[place]
    if not _may_be_name(tokens, place):
        return False
    return not (token.low in STARTERS and not _is_known(token)) and token.low not in PARTICLES


def _may_be_name(tokens: Sequence[Token], place: int) -> bool:
    """It has a capital that says something, belongs to a script without capitals, or is a known first name."""
    token = tokens[place]
    first = token.text[0]
    if _base(token.low) in _ROLES or token.low in COLLEAGUES or first.isdecimal() or _is_code(token, word=False):
        return False
    if _is_known(token):
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
        if _is_known(tokens[before]):
            return True
        if tokens[before].ends or not _joins(tokens[before]):
            return False
    return False


def _joins(token: Token) -> bool:
    return token.low in PARTICLES


def _is_known(token: Token) -> bool:
    return _base(token.low) in FIRST_NAMES


def _is_initial(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isupper() and token.text.isalpha()


def _is_code(token: Token, *, word: bool = False) -> bool:
    """The name of a class: 3B, h4a, 2vwo; `word`: after `klas` or `groep` also a bare number."""
    if not _CODE.fullmatch(token.low):
        return False
    return word or (any(c.isdigit() for c in token.low) and any(c.isalpha() for c in token.low))


def _is_colleague(tokens: Sequence[Token], name: Name) -> bool:
    return name.first > 0 and not tokens[name.first - 1].ends and _base(tokens[name.first - 1].low) in COLLEAGUES


def _stands_for_place(tokens: Sequence[Token], name: Name) -> bool:
    """`in Amsterdam, een leerling …`."""
    return name.first > 0 and tokens[name.first - 1].low in {"in", "te", "naar", "near", "to", "at"}


def _base(word: str) -> str:
    """A word without the 's of what belongs to it."""
    return word[:-2] if word.endswith(("'s", "’s")) else word


def _at(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].low if place < len(tokens) else ""
