"""A live session, by the forms of its pages: going on, questions, marks, the listening screen, advice."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from portfolio.testing import post

DAN = "Wat deed jij toen het stil werd?"


@pytest.fixture
def table(people):
    """A session with Fenna facilitating and Yara bringing the case: how to look at it and do things in it."""
    return Table(people)


class Table:
    """A session, and everybody's hands in it."""

    def __init__(self, people, method="tienstappen", **roles):
        self.people = people
        self.roles = {"facilitator": "fenna", "case_owner": "yara"} | roles
        self.address = people.plan(method=method, **{role: who for role, who in self.roles.items() if who})

    @property
    def live(self):
        return f"{self.address}live"

    def look(self, who):
        page = self.people.browser(who).get(self.live)
        assert page.status_code == 200
        return html.unescape(page.text)

    def do(self, who, what, /, **form):
        return post(self.people.browser(who), f"{self.live}/{what}", form)

    def go(self, *ways, who="fenna"):
        for way in ways:
            assert self.do(who, "turn", way=way, seen=str(self.step(who))).status_code == 303

    def step(self, who="fenna"):
        return int(re.search(r'name="seen" value="(-?\d+)"', self.look(who))[1])

    def title(self, who):
        return re.search(r'id="now-title">([^<]*)<', self.look(who))[1]

    def to(self, place, who="fenna"):
        """Begin, and go on to the step at this place."""
        self.go(*["next"] * (place + 1), who=who)

    def ask(self, who, text=DAN, step="vragen", what="question"):
        return self.do(who, "lines", what=what, step=step, text=text)

    def lines(self, who):
        return re.findall(r'id="line-([0-9a-f-]{36})"', self.look(who))


def test_the_group_begins_goes_on_skips_goes_back_and_ends(table):
    assert table.title("daan") == "Jullie beginnen zo"
    table.do("daan", "come")
    assert "Er zijn al: Daan Zogenaamd" in table.look("noor")
    table.go("next")
    assert table.title("daan") == "De inbrenger vertelt" and "Stap 1 van 10" in table.look("daan")
    table.go("skip")
    assert table.title("daan") == "Koud, lauw of warm"
    table.go("back")
    assert table.title("daan") == "Vragen bedenken"
    table.go("end")
    assert table.title("daan") == "De sessie is voorbij" and "hx-get" not in table.look("daan")
    assert "Schrijf op wat je meeneemt" in table.look("daan")
    assert table.do("fenna", "turn", way="next", seen="1").status_code == 303
    assert "Deze sessie is voorbij, of gaat niet door." in table.look("fenna")
    post(table.people.browser("fenna"), f"{table.address}state", {"state": "open"})
    assert table.title("daan") == "Vragen bedenken", "it goes on where it was"


def test_two_who_go_on_at_once_go_one_step_and_the_second_is_told(table):
    table.go("next")
    assert table.do("fenna", "turn", way="next", seen="0").status_code == 303
    assert table.do("daan", "turn", way="next", seen="0").status_code == 303
    page = table.look("daan")
    assert "Iemand ging net al verder." in page and "Vragen bedenken" in page
    assert table.step() == 1
    table.do("daan", "turn", way="end", seen="0")
    assert table.title("daan") == "Vragen bedenken", "nor is it ended from a step that is over"


@pytest.mark.parametrize(
    "form", [{"way": "next", "seen": "x"}, {"way": "?", "seen": "0"}, {"way": "back", "seen": "0"}]
)
def test_to_a_step_that_isnt_there_nobody_goes(table, form):
    table.go("next")
    assert table.do("fenna", "turn", **form).status_code == 303
    assert table.step() == 0


def test_five_who_go_on_at_the_same_moment_go_one_step(table):
    table.go("next")
    everybody = ("yara", "fenna", "daan", "noor", "sem")
    for who in everybody:
        table.look(who)
    with ThreadPoolExecutor(len(everybody)) as at_once:
        answers = at_once.map(lambda who: table.do(who, "turn", way="next", seen="0").status_code, everybody)
        assert set(answers) == {303}
    assert table.step() == 1


def test_any_member_goes_on_for_a_facilitator_who_isnt_there_and_the_page_says_so(table):
    assert "Fenna Voorbeeld begeleidt. Niet aanwezig?" in table.look("daan")
    assert "Niet aanwezig?" not in table.look("fenna")
    table.go("next", who="daan")
    assert table.title("fenna") == "De inbrenger vertelt"


def test_a_role_that_nobody_has_is_taken_once(people):
    table = Table(people, facilitator=None, case_owner=None)
    table.go("next", who="daan")
    assert "Nog niemand brengt de vraag in." in table.look("daan")
    table.do("daan", "role", role="case_owner")
    table.do("noor", "role", role="case_owner")
    assert "Iemand anders nam dat net op zich." in table.look("noor")
    assert "Jij brengt de vraag in." in table.look("daan")
    table.do("noor", "role", role="chief")
    assert "Kies een van deze." in table.look("noor")


def test_the_times_of_a_step_stand_there_without_a_script_and_survive_a_reload(table):
    table.to(0)
    first = re.search(r"Begonnen om (\d\d:\d\d) · 10 minuten · tot (\d\d:\d\d)", table.look("daan"))
    assert first and table.look("daan").count("Begonnen om") == 1
    assert re.search(r'data-left="(\d+)" data-whole="600"', table.look("noor"))
    assert first[0] in table.look("sem")


def test_questions_are_read_by_all_and_marked_by_the_case_owner_alone(table):
    table.to(1)
    assert "Stel de vraag" not in table.look("yara"), "the case owner is asked, and doesn't ask"
    assert table.ask("yara").status_code == 422
    table.ask("daan")
    table.ask("noor", "Wat hoop je?")
    table.ask("noor", "Toch niet?")
    (mine,) = [line for line in table.lines("noor") if f"{line}/back" in table.look("noor")][1:]
    table.do("noor", f"lines/{mine}/back")
    table.do("daan", f"lines/{table.lines('noor')[1]}/back")
    assert len(table.lines("sem")) == 2, "one takes back one's own alone"
    assert table.look("yara").index(DAN) < table.look("yara").index("Wat hoop je?")
    assert "aria-pressed" not in table.look("yara")
    table.go("next")
    warm, cold = table.lines("yara")
    table.do("yara", f"lines/{warm}/mark", mark="warm")
    table.do("yara", f"lines/{cold}/mark", mark="cold")
    table.do("daan", f"lines/{warm}/mark", mark="cold")
    table.do("yara", f"lines/{warm}/mark", mark="heet")
    page = table.look("sem")
    assert 'live-mark--warm">Warm' in page and 'live-mark--cold">Koud' in page and page.count("live-mark--") == 2
    assert "aria-pressed" not in page and table.look("yara").count('aria-pressed="true"') == 2
    table.do("yara", f"lines/{warm}/mark", mark="")
    assert "live-mark--warm" not in table.look("sem")


def test_a_question_that_took_longer_than_its_step_is_kept_and_one_for_a_step_to_come_isnt(table):
    table.to(0)
    assert table.ask("daan").status_code == 422 and DAN in table.ask("daan").get_data(as_text=True)
    table.go("next", "next")
    assert table.ask("daan").status_code == 303
    assert DAN in table.look("yara")


def test_while_the_group_talks_the_case_owner_only_listens_and_keeps_notes_of_their_own(table):
    table.to(5)
    page = table.look("yara")
    assert table.title("yara") == "Je luistert nu" and "Ieder zegt in één zin" in page
    main = page[page.index('id="now"') : page.index("</main>")]
    assert re.findall(r'<form[^>]*aria-label="([^"]*)"', main) == ["Voor jezelf"] and "live/turn" not in main
    assert "Je luistert nu" not in table.look("daan")
    assert '<noscript><meta http-equiv="refresh"' in page and 'http-equiv="refresh"' not in table.look("daan")
    assert table.ask("yara", "Dit raakte me", what="note").status_code == 303
    assert table.ask("daan", "Stiekem", what="note").status_code == 422, "nobody else takes notes of it"
    assert "Dit raakte me" in table.look("yara") and "Dit raakte me" not in table.look("daan")
    notes = table.people.browser("yara").get(f"{table.live}/notes")
    assert "Dit raakte me" in notes.text and "http-equiv" not in notes.text, "a page that stays while one writes"
    assert table.people.browser("daan").get(f"{table.live}/notes").status_code == 404
    table.go("next")
    assert table.title("yara") == "De vraag opnieuw"


def test_advice_is_given_to_the_case_owner_alone(table):
    table.to(8)
    assert table.do("daan", "advice", text="Begin met een schrijfronde.").status_code == 303
    assert table.do("daan", "advice", text=" ").status_code == 422
    assert "Begin met een schrijfronde." in table.look("yara") and "Begin met een schrijfronde." in table.look("daan")
    assert "Begin met een schrijfronde." not in table.look("noor")
    assert "Jouw advies" not in table.look("yara") and table.do("yara", "advice", text="Zelf").status_code == 422


def test_the_question_anew_stands_beside_the_first(table):
    people = table.people
    form = {"title": "Hoe begrens ik hem?", "happened_on": "2026-01-01", "seen": "0"}
    case = post(people.browser("yara"), f"{people.own('yara')}new/intervisie_case", form).location
    post(people.browser("yara"), f"{table.address}case", {"entry": case.rstrip("/").split("/")[-1]})
    table.to(6)
    assert "Vraag van Yara Doenalsof" in table.look("daan") and "Hoe begrens ik hem?" in table.look("daan")
    assert table.do("yara", "question", text="Hoe zeg ik collega Fenna iets?").status_code == 422
    assert table.do("daan", "question", text="Iets anders?").status_code == 404
    assert table.do("yara", "question", text="Wat wil ik zelf?").status_code == 303
    page = table.look("daan")
    assert page.index("Hoe begrens ik hem?") < page.index("Wat wil ik zelf?")


def test_what_somebody_wrote_while_the_session_ended_comes_back_to_them(table):
    table.to(1)
    table.go("end")
    answer = table.ask("daan")
    assert answer.status_code == 422 and DAN in html.unescape(answer.text) and "al voorbij" in answer.text
    assert DAN not in table.look("daan")


def test_the_same_question_sent_twice_is_there_once_and_an_empty_or_endless_one_isnt(table):
    table.to(1)
    once = re.search(r'name="once" value="([^"]+)"', table.look("daan"))[1]
    for _time in range(2):
        assert table.do("daan", "lines", what="question", step="vragen", text=DAN, once=once).status_code == 303
    assert len(table.lines("yara")) == 1
    assert table.ask("daan", "  ").status_code == 422
    assert table.ask("daan", "a" * 4001).status_code == 422


def test_with_the_gossip_method_nobody_goes_on_before_the_case_owner_agrees(people):
    table = Table(people, method="roddel")
    table.do("fenna", "turn", way="next", seen="-1")
    assert table.title("fenna") == "Jullie beginnen zo"
    post(people.browser("yara"), f"{table.address}agree", {})
    table.to(2)
    assert table.title("yara") == "Je luistert nu"


def test_a_session_that_was_called_off_has_no_live_page(table):
    post(table.people.browser("daan"), f"{table.address}state", {"state": "cancelled"})
    assert table.people.browser("daan").get(table.live).location == table.address
    assert table.do("daan", "turn", way="next", seen="-1").status_code == 303
    assert "gaat niet door" in table.people.browser("daan").get(table.address).text
