"""People and each other, by forms alone: circles, an account's whole life, leaders and coaches, the language."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.mails import newest_link
from tests.browser.newcomers import begin
from tests.browser.steps import (
    PASSWORD,
    choose_password,
    portfolio_of,
    press,
    send,
    share,
    sign_in_as,
    status_of,
    write,
)

NOT_SHARED = "Dit bestaat niet, of het is niet (meer) met je gedeeld."


@pytest.fixture
def meet(visit: Callable[..., Page]) -> Callable[[str | None], Page]:
    """A page as somebody, without JavaScript."""
    return lambda who: visit(who, javascript=False)


def test_a_circle_begins_reads_and_ends(meet: Callable[[str | None], Page]) -> None:
    daan, yara = meet("daan"), meet("yara")
    daan.goto("/circles")
    daan.fill("[name=name]", "De twee van de trein")
    daan.fill("[name=purpose]", "Elke maand één vraag.")
    send(daan, "form.form[action$='/circles']")
    circle = daan.url
    daan.fill("#invite [name=email]", "yara@example.org")
    send(daan, "#invite form.form")
    address = write(daan, "reflections", "reflection", title="In de trein bedacht", text="Wat als ik niets zeg?")
    share(daan, address, "De twee van de trein")
    assert status_of(yara, circle) == 404
    assert status_of(yara, address) == 404

    yara.goto("/circles")
    asked = yara.locator("#invitations li", has_text="De twee van de trein")
    expect(asked).to_contain_text("Daan Zogenaamd")
    press(yara, asked.locator("form[action$='/accept'] button"))
    assert yara.url == circle
    press(yara, yara.locator("#shared a", has_text="In de trein bedacht"))
    expect(yara.locator("main")).to_contain_text("Wat als ik niets zeg?")

    yara.goto(circle)
    press(yara, yara.locator("#leave form button"))
    assert status_of(yara, circle) == 404
    assert status_of(yara, address) == 404
    expect(yara.locator("main")).to_contain_text(NOT_SHARED)
    daan.goto(circle)
    expect(daan.locator("#members li")).to_have_count(1)
    press(daan, daan.locator("#leave form button"))
    assert status_of(daan, circle) == 404
    daan.goto(address)
    expect(daan.locator("#who > summary")).to_contain_text("Alleen jij ziet dit.")


def test_a_new_colleague_gets_a_leader_and_a_coach(meet: Callable[[str | None], Page]) -> None:
    mirjam, person = begin(meet, "Noor Nieuweling", "noor@example.org")
    hanne, ruben = meet("hanne"), meet("ruben")

    school = re.search(r"/s/[0-9a-f-]{36}/", mirjam.url)
    assert school
    mirjam.goto(f"{school[0]}leaders")
    mirjam.select_option("#new [name=leader]", label="Hanne Fictema")
    mirjam.select_option("#new [name=teacher]", label="Noor Nieuweling")
    send(mirjam, "#new form.form")
    expect(mirjam.locator("#ends")).to_be_visible()
    hanne.goto("/leader")
    expect(hanne.locator("#led")).not_to_contain_text("Noor Nieuweling")
    send(mirjam)
    expect(mirjam.locator("main")).to_contain_text("Noor Nieuweling")
    hanne.goto("/leader")
    expect(hanne.locator("#led")).to_contain_text("Noor Nieuweling")

    mirjam.goto(f"{school[0]}coaches")
    mirjam.select_option("#new [name=teacher]", label="Noor Nieuweling")
    mirjam.select_option("#new [name=coach]", label="Ruben Denkbeeld")
    mirjam.fill("#new [name=focus]", "beginnen")
    send(mirjam, "#new form.form")
    ruben.goto("/desk")
    expect(ruben.locator("#teachers")).not_to_contain_text("Noor Nieuweling")
    person.goto("/coaching")
    press(person, person.locator("form[action$='/accept'] button"))
    expect(person.locator("main")).to_contain_text("Ruben Denkbeeld")

    address = write(person, "reflections", "reflection", title="Mijn eerste week", text="Iedereen was vriendelijk.")
    ruben.goto("/desk")
    expect(ruben.locator("#teachers")).to_contain_text("Noor Nieuweling")
    expect(ruben.locator("main")).not_to_contain_text("Mijn eerste week")
    assert status_of(ruben, address) == 404
    share(person, address, "Ruben Denkbeeld")
    ruben.goto("/desk")
    press(ruben, ruben.locator("#new a", has_text="Mijn eerste week"))
    expect(ruben.locator("main")).to_contain_text("Iedereen was vriendelijk.")
    assert status_of(hanne, address) == 404
    expect(hanne.locator("main")).to_contain_text(NOT_SHARED)


def test_an_account_forgets_changes_its_language_and_closes(meet: Callable[[str | None], Page]) -> None:
    email = "tijs@example.org"
    _mirjam, person = begin(meet, "Tijs Vertrek", email)
    address = write(person, "goals", "goal", title="Ik wil weten wanneer het genoeg is.")

    guest = meet(None)
    guest.goto("/sign-in")
    press(guest, guest.locator("main a[href='/forgot']"))
    guest.fill("[name=email]", email)
    send(guest)
    link = newest_link(meet, email, "reset")
    guest.goto(link)
    choose_password(guest, "vier-groene-tenten")
    assert status_of(guest, link) == 410
    person.goto("/")
    assert "/sign-in" in person.url, "a new password signs out everywhere"
    sign_in_as(guest, email, PASSWORD)
    expect(guest.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    sign_in_as(guest, email, "vier-groene-tenten")
    expect(guest.locator(".account__name")).to_have_text("Tijs Vertrek")

    guest.goto(address)
    press(guest, guest.locator("button[name=language][value=en]"))
    assert guest.url == address
    expect(guest.locator("html")).to_have_attribute("lang", "en")
    expect(guest.locator("#who > summary")).to_contain_text("Only you see this.")
    press(guest, guest.locator("button[name=language][value=nl]"))
    expect(guest.locator("#who > summary")).to_contain_text("Alleen jij ziet dit.")

    guest.goto("/account")
    press(guest, guest.locator("main a[href='/account/close']"))
    expect(guest.locator("main")).to_contain_text("1 stuk van")
    guest.fill("[name=current_password]", "vier-groene-tenten")
    guest.fill("[name=word]", "weg")
    send(guest)
    assert guest.locator("[name=word]").get_attribute("aria-invalid") == "true"
    guest.fill("[name=current_password]", "vier-groene-tenten")
    guest.fill("[name=word]", "wissen")
    send(guest)
    expect(guest.locator(".account")).to_have_count(0)
    sign_in_as(guest, email, "vier-groene-tenten")
    expect(guest.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    assert guest.locator(".account").count() == 0


def test_who_left_the_page_open_finds_what_was_typed(meet: Callable[[str | None], Page]) -> None:
    daan = meet("daan")
    daan.goto(f"/p/{portfolio_of(daan)}/reflections/new/reflection")
    daan.fill("[name=title]", "Wat ik niet kwijt wil raken")
    daan.fill("[name=text]", "Dit schreef ik in de trein, en het mag niet verloren gaan.")
    daan.context.clear_cookies(name="portfolio")
    send(daan)
    expect(daan.locator("textarea[readonly]").last).to_have_value(re.compile("in de trein"))
    press(daan, daan.locator("main a[href^='/sign-in']"))
    assert "next=" in daan.url
