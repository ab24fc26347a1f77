"""Words and days that nobody means: they stand in the pictures as words, and no page breaks or draws centuries."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from xml.etree import ElementTree

from portfolio_plugins.loopbaan.tests.test_together import RECOGNITION, hanne, joint

from portfolio.clock import today
from portfolio.testing import post

__all__ = ["hanne", "joint"]
WORDS = (
    '"><script>alert(1)</script>', "]]>", "<!-- --> <![CDATA[", "🌱👩🏽‍🏫", "\u202eדובר\u202c معلّم",
    "&amp; &lt; &#0; %s {{ 7*7 }}", "<" * 100, "é" * 200, "W" * 200,
)  # fmt: skip
FIRST, LAST = "0001-01-01", "9999-12-31"


def pictures(page):
    """The drawings of a page, each read as XML: which fails where one isn't well-formed."""
    return [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def test_whatever_a_role_is_called_the_picture_is_well_formed_and_says_it(people, fenna):
    for words in WORDS:
        role = people.write("role_held", words, period=(today(), None), formality="informal")
        people.write("career_move", words, image="rings", about_role=role)
    for page in ("", "moves", "everything"):
        text = fenna.get(f"{people.home}{page}").text
        assert "<script>alert" not in text and "7*7" in text
        found = pictures(text)
        assert found
        if not page:
            said = {one.text for drawing in found for one in drawing.iter("text")}
            assert {words if len(words) < 20 else words[:6] for words in WORDS} <= {
                one if one in WORDS else one[:6] for one in said if one
            }


def test_no_day_breaks_a_page_or_has_the_picture_draw_centuries(people, fenna):
    kinds = ("role_held", "career_move", "orientation", "leadership_moment", "words_received")
    addresses = [f"{people.home}new/{kind}" for kind in kinds]
    addresses += [f"{people.home}ambition/write", f"{people.home}time/write"]
    for address in addresses:
        for number, days in enumerate(((FIRST, LAST), (LAST, ""))):
            happened, until = days
            form = {
                "title": f"Vreemd {number}", "happened_on": happened, "from_on": happened, "until_on": until,
                "given_on": happened, "seen": "0", "own-seen": "0", "formality": "informal", "text": "Ik.",
                "words": "Dank.", "image": "rings", "parts-0-what": "Les", "parts-0-days": "3",
            }  # fmt: skip
            for sent in (form, form | {"happened_on": today().isoformat()}):
                answer = post(fenna, address, sent)
                assert answer.status_code in (303, 422), (address, days, answer.status_code)
                assert answer.status_code == 303 or "error" in answer.text, (address, days)
    for kind in ("role_held", "career_move", "time_division"):  # as an archive could bring them
        for days in ((dt.date.min, dt.date.max), (dt.date.min, None), (dt.date.max, None)):
            period = days if kind != "career_move" else (None, None)
            more = {"parts": [{"what": "Les", "days": "3"}]} if kind == "time_division" else {}
            people.write(kind, "Altijd al", days[0], period=period, **more)
    for page in ("", "moves", "ambition", "time", "places", "everything"):
        answer = fenna.get(people.home + page)
        assert answer.status_code == 200, page
        assert answer.text.count("years__band") < 60 * 4 and len(answer.text) < 400_000, page
    assert fenna.get("/").status_code == 200


def test_no_day_breaks_what_a_teacher_and_their_leader_have_together(people, fenna, hanne, joint):
    for page, form in (("recognise", RECOGNITION), ("agree", {"title": "Rol", "text": "Samen."})):
        for day in (FIRST, LAST):
            odd = {**form, "happened_on": day, "from_on": day, "until_on": day, "seen": "0"}
            assert post(hanne, f"{joint}together/{page}", odd).status_code in (303, 422), (page, day)
    for browser in (fenna, hanne):
        assert browser.get(f"{joint}together").status_code == 200
    assert post(fenna, f"{joint}words/{uuid.uuid4()}", {"happened_on": FIRST, "given_on": LAST}).status_code == 404
