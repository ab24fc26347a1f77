"""S02: a first version and a question, a second version, a year later another look; nothing for her leader."""

from __future__ import annotations

import re
import uuid
from itertools import product

import pytest
from portfolio_plugins.visie_missie import entry_kinds
from portfolio_plugins.visie_missie.service import NAME
from sqlalchemy import select

from portfolio.clock import today
from portfolio.entries.models import Comment, Revision, Share
from portfolio.testing import post

ROUGH = "Ik sta voor aandacht, denk ik."
V1 = "Ik sta voor onderwijs waarin niemand onzichtbaar is."
V2 = "Ik sta voor onderwijs waarin niemand onzichtbaar is, ikzelf ook niet."
SCENE = "Mijn leraar geschiedenis vroeg elke week aan één leerling wat die had gezien dat hij had gemist."
QUESTION = "Wanneer maak jij jezelf onzichtbaar?"
SENTENCE = "Ik maak ruimte én neem ruimte."
WHY = "Ruben vroeg wanneer ik mezelf onzichtbaar maak."


def days(years: int) -> str:
    day = today()
    return day.replace(year=day.year - years, day=min(day.day, 28)).isoformat()


def kept(answer):
    assert answer.status_code == 303, answer.text
    return answer.location


def ruben_on(page):
    """What the share form calls Ruben."""
    return re.search(r'name="target" value="([^"]+)"[^>]*><span class="choice__label">Ruben', page).group(1)


@pytest.fixture
def story(people, fenna):
    """Steps 1, 2, 3 and 5, by the forms of the pages; what is where afterwards."""
    home = people.home
    begin = fenna.get(home).text
    exercise = re.search(r'href="([^"]*with=teacher_who_shaped_me[^"]*)"', begin).group(1).replace("&amp;", "&")
    assert "Wie was het?" in fenna.get(exercise).text
    form = {"title": "De leraar die mij vormde", "happened_on": days(3), "seen": "0", "steps-scene": SCENE,
            "method": "teacher_who_shaped_me"}  # fmt: skip
    exercise = kept(post(fenna, exercise, form))
    exercise_id = exercise.rstrip("/").split("/")[-1]
    form = {"title": "Niemand onzichtbaar", "happened_on": days(3), "seen": "0", "stand_for": ROUGH,
            "links-based_on": exercise_id}  # fmt: skip
    v1 = kept(post(fenna, f"{home}new/vision?based_on={exercise_id}", form))
    kept(post(fenna, f"{v1}edit", {**form, "seen": "1", "stand_for": V1}))  # it rested for a while
    v1_id = v1.rstrip("/").split("/")[-1]
    kept(post(fenna, f"{v1}shares", {"target": ruben_on(fenna.get(v1).text)}))
    ruben = people.browser(people.ruben)
    kept(post(ruben, f"{v1}comments", {"kind": "question", "body": QUESTION, "quote": "onzichtbaar"}))
    form = {"title": "Ook ikzelf niet", "happened_on": days(2), "seen": "0", "stand_for": V2, "one_line": SENTENCE,
            "changed_because": WHY, "links-continues": v1_id}  # fmt: skip
    v2 = kept(post(fenna, people.next(v1_id), form))
    v2_id = v2.rstrip("/").split("/")[-1]
    look = kept(post(fenna, f"{home}again/{v2_id}", {"still_true": "partly", "note": "Het nemen lukt.",
                                                     "happened_on": today().isoformat(), "seen": "0"}))  # fmt: skip
    return {"exercise": exercise, "v1": v1, "v2": v2, "look": look, "v1_id": v1_id, "v2_id": v2_id}


def test_she_reads_both_versions_side_by_side(people, fenna, story):
    page = fenna.get(f"{people.home}beside/{story['v2_id']}/{story['v1_id']}").text
    assert page.index(V1) < page.index(V2), "then before now, however they were asked for"
    assert WHY in page and SENTENCE in page
    first = fenna.get(people.home).text
    assert SENTENCE in first and V2 in first and WHY in first and "Niemand onzichtbaar" in first


def test_the_comment_stays_with_the_first_version(people, fenna, story):
    assert QUESTION in fenna.get(story["v1"]).text
    assert QUESTION not in fenna.get(story["v2"]).text
    ruben = people.browser(people.ruben)
    assert QUESTION in ruben.get(story["v1"]).text


def test_who_got_one_version_learns_nothing_of_the_rest(people, story):
    ruben = people.browser(people.ruben)
    page = ruben.get(story["v1"]).text
    assert V1 in page and ROUGH not in page
    for word in ("Ook ikzelf niet", "De leraar die mij vormde", "Nog waar", "Ging verder in", "Schrijf de volgende"):
        assert word not in page, word
    for address in (story["v2"], story["exercise"], story["look"], people.home,
                    f"{people.home}beside/{story['v1_id']}/{story['v2_id']}", people.next(story['v1_id'])):
        assert ruben.get(address).status_code == 404, address


def every_address(people, entries):
    """Every address under Fenna's portfolio there is for these entries: with its method, by the routes there are."""
    with people.database.read() as session:
        comment, share = session.scalars(select(Comment.id)).first(), session.scalars(select(Share.id)).first()
    values = {"portfolio": [people.portfolio], "section": [NAME], "comment": [comment], "share": [share],
              "file": [uuid.uuid4()], "number": [1], "what": ["hide"], "kind": [kind.name for kind in entry_kinds()],
              **dict.fromkeys(("entry", "version", "earlier", "later"), entries)}  # fmt: skip
    others = set(people.app.registry.list_switchable()) - {NAME}
    with people.app.test_request_context():
        for rule in people.app.url_map.iter_rules():
            if "portfolio" in rule.arguments and rule.endpoint.partition(".")[0] not in others:
                names = sorted(rule.arguments)
                for some in product(*(values[name] for name in names)):
                    address = people.app.url_for(rule.endpoint, **dict(zip(names, some, strict=True)))
                    yield from ((method, address) for method in rule.methods - {"HEAD", "OPTIONS"})


def test_her_leader_gets_404_on_every_address(people, fenna, story):
    hanne, home = people.browser(people.hanne), people.home
    one_line = kept(post(fenna, f"{home}new/one_line", {"title": SENTENCE, "happened_on": days(1), "seen": "0",
                                                        "links-taken_from": story["v2_id"]}))  # fmt: skip
    entries = [address.rstrip("/").split("/")[-1] for address in (*story.values(), one_line) if "/" in address]
    calls = sorted(set(every_address(people, entries)))
    assert len(calls) > 100 and {f"{home}{entry}/" for entry in entries} <= {address for _method, address in calls}
    form = {"title": "x", "still_true": "yes", "happened_on": days(0), "kind": "question", "body": "?", "target": "x"}
    found = {}
    for method, address in calls:
        answer = hanne.get(address) if method == "GET" else post(hanne, address, form)
        found[method, address] = answer.status_code
    assert {call: status for call, status in found.items() if status != 404} == {}
    own = hanne.get("/", follow_redirects=True).text + hanne.get("/shared").text
    for word in (V1, V2, SENTENCE, QUESTION, "Niemand onzichtbaar", "Nog waar", "De leraar die mij vormde"):
        assert word not in own, word


def test_her_leader_isnt_offered_as_a_reader_and_an_address_opens_nothing(people, fenna, story):
    assert "Hanne Fictema" not in fenna.get(story["v2"]).text
    post(fenna, f"{story['v2']}shares", {"target": "address", "address": people.hanne.email})
    assert people.browser(people.hanne).get(story["v2"]).status_code == 404


def test_the_sentence_alone_can_be_shared_without_the_rest(people, fenna, story):
    offer = re.search(r'href="([^"]*new/one_line[^"]*)"', fenna.get(story["v2"]).text).group(1).replace("&amp;", "&")
    form = fenna.get(offer).text
    assert f'value="{SENTENCE}"' in form and f'value="{story["v2_id"]}" checked' in form
    sentence = kept(post(fenna, offer, {"title": SENTENCE, "happened_on": days(0), "seen": "0",
                                        "links-taken_from": story["v2_id"]}))  # fmt: skip
    kept(post(fenna, f"{sentence}shares", {"target": ruben_on(fenna.get(sentence).text)}))
    ruben = people.browser(people.ruben)
    page = ruben.get(sentence).text
    assert SENTENCE in page and "Ook ikzelf niet" not in page and V2 not in page and "Komt uit" not in page
    assert ruben.get(story["v2"]).status_code == 404


def test_the_look_back_is_on_her_timeline_and_with_its_version(people, fenna, story):
    timeline = fenna.get("/").text.partition('class="ribbon__table"')[2].partition("</table>")[0]
    assert "Nog waar? Deels." in timeline and "Ook ikzelf niet" in timeline
    assert "Nog waar? Deels." in fenna.get(people.home).text
    look = fenna.get(story["look"]).text
    assert "Ook ikzelf niet" in look and "Het nemen lukt." in look and "Alleen jij ziet dit." in look


def test_english_changes_the_words_around_her_text_and_nothing_of_it(fenna, people, story):
    pages = [people.home, story["v1"], story["look"], f"{people.home}beside/{story['v1_id']}/{story['v2_id']}"]
    with people.database.read() as session:
        before = session.scalars(select(Revision.sha256).order_by(Revision.id)).all()
    post(fenna, "/language", {"language": "en", "next": "/"})
    first = fenna.get(people.home).text
    assert "What I stand for" in first and "Waar ik voor sta" not in first and V2 in first and SENTENCE in first
    assert "Nog waar? Deels." in fenna.get(story["look"]).text, "what was kept stays as it was"
    assert all("Wie ziet dit?" not in fenna.get(page).text for page in pages)
    post(fenna, "/language", {"language": "nl", "next": "/"})
    assert all("Wie ziet dit?" in fenna.get(page).text for page in pages)
    with people.database.read() as session:
        assert session.scalars(select(Revision.sha256).order_by(Revision.id)).all() == before
