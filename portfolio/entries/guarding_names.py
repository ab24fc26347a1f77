"""Names that stand with a word for a pupil, a parent or a class: the part of the text guard that weighs them.

Neither "leerling" alone nor a name alone says anything; together they may. Beside `leerling` a single word with a
capital is a name too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from portfolio.entries.guarding_tokens import (
    CODE,
    ROLES,
    Name,
    Token,
    base_of,
    is_code,
    is_known,
    names_among,
    places_of,
    tokens_of,
)
from portfolio.entries.guarding_words import CLASHES, CLASSES, COLLEAGUES, FROM, LINKS, OF_CLASS, PARENTS, PUPILS

NAME, PUPIL = "name", "pupil"
NEAR = 3
"""How many words may stand between a full name and the word it belongs to."""

AROUND = 120
"""How many signs around such a word are looked at closely."""

_CALLED = {"heet", "heette", "genaamd", "named", "called"}


def spans_of_names(text: str, words: Collection[str], language: str) -> Iterator[tuple[int, int, str]]:
    """Where names stand that may be a pupil's or a parent's, and NAME or PUPIL. `words` are all words of the text."""
    roles = ROLES - CLASHES.get(language, frozenset())
    matter = {word for word in words if base_of(word.casefold()) in roles or _names_class(word)}
    for low, high in _windows(text, matter):
        tokens = tokens_of(text[low:high])
        for name in names_among(tokens):
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
    return len(word) < 7 and not word.isalpha() and bool(CODE.fullmatch(word.casefold()))


def _kind(tokens: Sequence[Token], name: Name, roles: frozenset[str]) -> str:
    """Why a name is worth a look; "" when it isn't."""
    sure = name.full or is_known(tokens[name.first]) or not tokens[name.first].begins
    if sure and (_has_class_after(tokens, name) or _has_class_before(tokens, name)):
        return PUPIL
    for place, between in _roles_near(tokens, name, roles):
        role, ahead = base_of(tokens[place].low), place < name.first
        words = {token.low for token in between}
        if role == "ouder" and place + 1 < len(tokens) and tokens[place + 1].low == "dan":
            continue
        if role in CLASSES:
            if name.full and not _is_colleague(tokens, name) and words <= OF_CLASS and (words & FROM or not words):
                return NAME
            continue
        if ahead and (not between or words <= LINKS):
            if name.full or is_known(tokens[name.first]) or (not tokens[name.first].begins and not words):
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
    known = is_known(tokens[name.first])
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
        if place >= 0 and base_of(tokens[place].low) in roles and not any(t.ends for t in (tokens[place], *between)):
            yield place, between
        place = name.last + distance
        if (
            place < len(tokens)
            and not any(token.ends for token in tokens[name.last : place])
            and base_of(tokens[place].low) in roles
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
        return said and place < len(tokens) and not tokens[place - 1].ends and is_code(tokens[place], word=True)
    return said and place < len(tokens) and is_code(tokens[place], word=False)


def _has_class_before(tokens: Sequence[Token], name: Name) -> bool:
    """`klas 3B: Sanne`, `groep 7 – Yusuf Demir`. A single name must be known: much has a capital after a class."""
    place = name.first - 1
    if place < 1 or tokens[place].ends or tokens[place - 1].ends:
        return False
    known = name.full or is_known(tokens[name.first])
    return known and tokens[place - 1].low in CLASSES and is_code(tokens[place], word=True)


def _is_colleague(tokens: Sequence[Token], name: Name) -> bool:
    return name.first > 0 and not tokens[name.first - 1].ends and base_of(tokens[name.first - 1].low) in COLLEAGUES


def _stands_for_place(tokens: Sequence[Token], name: Name) -> bool:
    """`in Amsterdam, een leerling …`."""
    return name.first > 0 and tokens[name.first - 1].low in {"in", "te", "naar", "near", "to", "at"}


def _at(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].low if place < len(tokens) else ""
