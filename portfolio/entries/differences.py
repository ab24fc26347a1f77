"""What changed between two texts, word by word, without ever taking long.

Sentences are compared first and words only within sentences that changed. Where a text repeats itself so much that
comparing would take long, the whole stretch counts as replaced.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["same", "removed", "added"]
Segment = tuple[Op, str]

MOST_WORK = 200_000
"""Pairs of equal words to look at; beyond it a stretch counts as replaced."""
_SENTENCE_END = re.compile(r"(?<=[.!?…][ \t])|(?<=\n)")
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


def compare(old: str, new: str) -> tuple[Segment, ...]:
    """The text as stretches that stayed, went or came.

    Joined without the added ones they are `old`, without the removed ones `new`.
    """
    return tuple(_joined(_compare(_SENTENCE_END.split(old), _SENTENCE_END.split(new), within=True)))


def _compare(old: Sequence[str], new: Sequence[str], *, within: bool = False) -> Iterator[Segment]:
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    yield "same", "".join(old[:start])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    for op, before, after in _stretches(middle_old, middle_new):
        if op == "equal":
            yield "same", "".join(before)
        elif within and before and after:
            yield from _compare(_WORD.findall("".join(before)), _WORD.findall("".join(after)))
        else:
            yield "removed", "".join(before)
            yield "added", "".join(after)
    yield "same", "".join(old[len(old) - end :])


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    counted = Counter(new)
    if sum(count * counted[token] for token, count in Counter(old).items()) > MOST_WORK:
        yield "replace", old, new
        return
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield op, old[a:b], new[c:d]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of the first tokens are equal."""
    number = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        number += 1
    return number


def _joined(segments: Iterator[Segment]) -> Iterator[Segment]:
    """Neighbours of the same sort as one, the removed before the added, and no empty ones."""
    removed = added = same = ""
    for op, text in segments:
        if op == "same":
            if text and (removed or added):
                yield from _changed(removed, added)
                removed = added = ""
            same += text
            if not (removed or added):
                continue
        elif text:
            if same:
                yield "same", same
                same = ""
            if op == "removed":
                removed += text
            else:
                added += text
    yield from _changed(removed, added)
    if same:
        yield "same", same


def _changed(removed: str, added: str) -> Iterator[Segment]:
    if removed:
        yield "removed", removed
    if added:
        yield "added", added
