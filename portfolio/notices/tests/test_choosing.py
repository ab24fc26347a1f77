"""The page on which somebody says how they want to hear of news, and looking back at earlier years."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portfolio import clock
from portfolio.entries.bin import bin_entry
from portfolio.entries.inputs import years_from
from portfolio.entries.tests.entries_world import World, browser, check_page, words
from portfolio.notices import choosing
from portfolio.notices.kinds import NEVER, OWN
from portfolio.notices.look_back import list_earlier
from portfolio.notices.tests.news_world import notices_of, share
from portfolio.people.models import Person
from portfolio.testing import make_entry, open_scope_for, post

pytestmark = pytest.mark.usefixtures("_in_english")
CODES = [code for code in OWN if code != "cohort"]
HEADING = "In this week, in earlier years"


def form(**changed: str) -> dict[str, str]:
    """What the page sends when nothing is touched but this."""
    return {f"mail_{code}": OWN[code].rhythm for code in CODES} | {"paused_until": ""} | changed


def test_what_is_chosen_is_kept_and_shown_again(world: World, app: Any) -> None:
    fenna, until = browser(app, world.fenna), (clock.today() + dt.timedelta(days=9)).isoformat()
    offered = fenna.get("/account/news").text
    assert "mail_cohort" not in offered, "she administers no school"
    assert "mail_intervisie" not in offered, "it is on for her nowhere"
    sent = form(mail_comment="now", mail_shared="never", paused_until=until, look_back="y")
    assert post(fenna, "/account/news", sent).status_code == 303
    with world.scope(world.fenna) as scope:
        found = choosing.get_choice(scope, list(OWN.values()))
    assert (found.rhythms["comment"], found.rhythms["shared"], found.rhythms["reply"]) == ("now", "never", "daily")
    assert found.look_back and str(found.paused_until) == until
    page = fenna.get("/account/news").text
    check_page(page)
    assert 'selected value="now"' in page and "checked" in page


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("mail_comment", "hourly", "Choose one of these."),
        ("mail_comment", "", "Choose one of these."),
        ("paused_until", "2020-01-01", "This day has passed."),
        ("paused_until", "2199-01-01", "more than a year away"),
        ("paused_until", "ooit", ""),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(world: World, app: Any, field: str, typed: str, says: str) -> None:
    answer = post(browser(app, world.fenna), "/account/news", form(**{field: typed}))
    assert answer.status_code == 422
    page = check_page(answer.text)
    assert [control.get("name") for control in page.invalid] == [field]
    assert says in answer.text


def test_who_wants_no_mail_at_all_gets_none_of_what_comes_later_either(world: World) -> None:
    with world.scope(world.fenna) as scope:
        kinds = [OWN["comment"]]
        choosing.choose(scope, kinds, choosing.Choice({"comment": NEVER}))
        assert choosing.get_choice(scope, [OWN["coach"]]).rhythms == {"coach": NEVER}


def write_ago(world: World, title: str, years: int, days: int = 0, by: Person | None = None, **more: Any) -> Any:
    day = years_from(clock.today(), -years) + dt.timedelta(days=days)
    with world.database.write() as session:
        return make_entry(session, by or world.fenna, title=title, happened_on=day, **more)


def test_who_wants_it_sees_what_they_wrote_in_this_week_of_earlier_years(world: World, app: Any) -> None:
    write_ago(world, "Vorig jaar", 1, days=2)
    write_ago(world, "Drie jaar terug, voor mij alleen", 3, days=-3, audience="author")
    for title, years, days in (("Te vroeg", 1, -4), ("Te laat", 2, 4), ("Nu", 0, 0), ("Lang geleden", 11, 0)):
        write_ago(world, title, years, days)
    write_ago(world, "Van Idris", 1, by=world.idris)
    gone = write_ago(world, "Weg", 1)
    with world.scope(world.fenna) as scope:
        bin_entry(scope, gone.id)
        assert [(one.years, one.title) for one in list_earlier(scope)] == [
            (1, "Vorig jaar"), (3, "Drie jaar terug, voor mij alleen"),
        ]  # fmt: skip
    fenna = browser(app, world.fenna)
    assert HEADING not in fenna.get("/").text + fenna.get("/news").text, "only who asks for it"
    assert post(fenna, "/account/news", form(look_back="y")).status_code == 303
    for path in ("/", "/news"):
        found = words(fenna.get(path).text)
        assert HEADING in found and "Vorig jaar a year ago" in found and "voor mij alleen 3 years ago" in found
    for other in (world.ruben, world.idris):
        assert HEADING not in browser(app, other).get("/news").text


def test_no_mail_tells_of_it(world: World, app: Any) -> None:
    """Looking back makes no notice, so there is nothing to be mailed."""
    write_ago(world, "Vorig jaar", 1)
    fenna = browser(app, world.fenna)
    post(fenna, "/account/news", form(look_back="y", mail_comment="now"))
    fenna.get("/")
    assert notices_of(world.database, world.fenna) == []


def test_on_29_february_earlier_years_have_a_day_too(world: World) -> None:
    leap = dt.datetime(2028, 2, 29, 12, tzinfo=dt.UTC)
    with world.database.write() as session:
        make_entry(session, world.fenna, title="Eind februari", happened_on=dt.date(2027, 2, 28))
        scope = open_scope_for(session, world.fenna, now=leap)
        assert [one.title for one in list_earlier(scope)] == ["Eind februari"]


def test_news_of_others_is_nobody_elses(world: World, app: Any) -> None:
    """There is no address with an id in it: everybody has one page, their own."""
    share(world, world.write("Kanarie"), "coach")
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("notices.")]
    assert [rule for rule in rules if "<" in rule] == ["/news/stop/<token>"] * 2
    assert "Kanarie" not in browser(app, world.idris).get("/news").text
