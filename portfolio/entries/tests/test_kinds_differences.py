"""A difference says which words went and came, and never takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.entries.differences import compare


def test_one_word_is_one_change():
    assert compare("Ik neem de leiding.", "Ik deel de leiding.") == (
        ("same", "Ik "),
        ("removed", "neem"),
        ("added", "deel"),
        ("same", " de leiding."),
    )


def test_a_sentence_more_is_only_an_addition():
    assert compare("Een. Drie.", "Een. Twee. Drie.") == (("same", "Een. "), ("added", "Twee. "), ("same", "Drie."))


@pytest.mark.parametrize(
    ("old", "new", "found"), [("", "", ()), ("", "a", (("added", "a"),)), ("a", "", (("removed", "a"),))]
)
def test_empty_texts(old, new, found):
    assert compare(old, new) == found


words = st.lists(st.sampled_from(["de", "leiding", "ik", "deel", ".", " ", "\n", "é", "!? "]), max_size=40).map("".join)


@given(words, words)
def test_both_texts_can_be_read_back(old, new):
    segments = compare(old, new)
    assert "".join(text for op, text in segments if op != "added") == old
    assert "".join(text for op, text in segments if op != "removed") == new
    assert all(text for _op, text in segments)
    assert all(one[0] != other[0] for one, other in zip(segments, segments[1:], strict=False))
    assert ("same" in {op for op, _text in segments} and len(segments) == 1) is (old == new and old != "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 5000, "b a a " * 3300),
        ("a. b. " * 3300, "b. a. a. " * 2200),
        ("x" * 20_000, "y" * 20_000),
        ("!" * 20_000, "?!" * 10_000),
        ("\n" * 20_000, " \n" * 10_000),
        (" ".join(f"w{n}" for n in range(3300)), " ".join(f"w{n}" for n in range(3300, 0, -1))),
        (" ".join(f"w{n % 97}" for n in range(4000)), " ".join(f"w{n % 89}" for n in range(4000))),
    ],
)
def test_long_texts_that_repeat_themselves_do_not_take_long(old, new):
    start = time.process_time()
    segments = compare(old, new)
    assert time.process_time() - start < 2
    assert "".join(text for op, text in segments if op != "added") == old
    assert "".join(text for op, text in segments if op != "removed") == new
