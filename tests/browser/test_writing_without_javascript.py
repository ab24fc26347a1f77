"""Writing, by forms alone: goals and their line, evidence with a photo, earlier texts, the bin, two windows."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.steps import photo, portfolio_of, press, send, share, status_of, unfold, write


@pytest.fixture
def yara(visit: Callable[..., Page]) -> Page:
    return visit("yara", javascript=False)


def test_a_goal_moves_and_goes_on_in_another(yara: Page) -> None:
    press(yara, yara.locator(".starts a[href$='/goals/new/goal']"))
    first = "Ik wil in het bouwoverleg eerder vragen dan antwoorden."
    yara.fill("[name=title]", first)
    yara.fill("[name=why]", "Ik vul te snel in wat een collega bedoelt.")
    yara.fill("[name=first_step]", "Ik schrijf vooraf één vraag op.")
    yara.check("[name=influence][value=influence]")
    send(yara)
    expect(yara.locator(".first-step")).to_contain_text("Ik schrijf vooraf één vraag op.")
    expect(yara.locator("#who > summary")).to_contain_text("Alleen jij ziet dit.")
    address = yara.url
    unfold(yara.locator("#states details"))
    yara.check("#states [name=state][value=resting]")
    yara.fill("#states [name=reason]", "Eerst de toetsweek.")
    send(yara, "#states form.form")
    expect(yara.locator("#states .state").first).to_have_text("In rust")
    expect(yara.locator("#states")).to_contain_text("Eerst de toetsweek.")

    yara.goto(f"/p/{portfolio_of(yara)}/goals/new/goal")
    second = "Ik wil dat een ander het bouwoverleg begint."
    yara.fill("[name=title]", second)
    unfold(yara.locator("details:has(#links-continues)"))
    yara.locator("#links-continues label", has_text=first).click()
    send(yara)
    expect(yara.locator(".entry-links")).to_contain_text(first)
    press(yara, yara.locator("a[href$='/descent']"))
    expect(yara.locator(".descent__title")).to_contain_text([first, second])
    expect(yara.locator(".descent__goal--here")).to_contain_text(second)
    yara.goto(address)
    expect(yara.locator(".entry-links")).to_contain_text(second)


def test_evidence_with_a_photo_that_says_no_more_than_it_shows(yara: Page) -> None:
    goal = write(yara, "goals", "goal", title="Ik wil ruimte maken in het team.").rstrip("/").rpartition("/")[2]
    yara.goto(f"/p/{portfolio_of(yara)}/evidence/new/evidence")
    yara.fill("[name=title]", "Het bord na de studiemiddag")
    yara.fill("[name=story]", "We plakten briefjes. **Niemand** wachtte op mij.")
    unfold(yara.locator("details:has(#links-shows)"))
    yara.check(f"#links-shows [value='{goal}']")
    send(yara)
    address = yara.url
    expect(yara.locator(".prose strong")).to_have_text("Niemand")
    expect(yara.locator(".entry-links")).to_contain_text("Ik wil ruimte maken in het team.")

    add_photo(yara, "bord.jpg", "Een bord vol briefjes", "no")
    picture = yara.locator("figure img")
    expect(picture).to_have_attribute("alt", "Een bord vol briefjes")
    served = yara.request.get(picture.get_attribute("src") or "").body()
    assert b"KANARIE" in photo() and b"KANARIE" not in served
    assert Image.open(io.BytesIO(served)).size == (64, 48) and not Image.open(io.BytesIO(served)).getexif()
    share(yara, address, "Buitenspiegel")

    # A photo with pupils on it locks its entry.
    unshared = write(yara, "evidence", "evidence", title="De groep op het plein", story="Ze speelden samen.")
    add_photo(yara, "plein.jpg", "Kinderen op een plein", "yes")
    yara.goto(unshared)
    unfold(yara.locator("#who"))
    unfold(yara.locator("#who details.add"))
    yara.locator("#who label", has_text="Buitenspiegel").first.click()
    send(yara, "#who form.form")
    expect(yara.locator("#who .form-field__error")).to_be_visible()
    yara.goto(unshared)
    expect(yara.locator("#who > summary")).to_contain_text("Alleen jij ziet dit.")


def add_photo(page: Page, name: str, alt: str, pupils: str) -> None:
    """Add a photo to the entry on the page, and answer the question about pupils."""
    unfold(page.locator("#files details.add"))
    page.set_input_files("#files [name=file]", {"name": name, "mimeType": "image/jpeg", "buffer": photo()})
    page.fill("#files [name=alt]", alt)
    page.check(f"#files [name=pupils][value={pupils}]")
    send(page, "#files form.form")
    expect(page.locator("#files .attachment", has_text=name)).to_be_visible()


def test_earlier_texts_are_seen_brought_back_and_erased(yara: Page) -> None:
    address = write(yara, "reflections", "reflection", title="Het gesprek met Bo", text="Ik praatte te veel.")
    yara.goto(address + "edit")
    yara.fill("[name=text]", "Ik praatte te weinig.")
    send(yara)
    expect(yara.locator("main")).to_contain_text("Ik praatte te weinig.")

    press(yara, yara.locator("a[href$='/texts']"))
    expect(yara.locator(".history__item")).to_have_count(2)
    press(yara, yara.locator("a[href$='/texts/1']"))
    expect(yara.locator(".difference del")).to_contain_text("veel")
    expect(yara.locator(".difference ins")).to_contain_text("weinig")
    press(yara, yara.locator("form[action$='/restore'] button"))
    expect(yara.locator("main")).to_contain_text("Ik praatte te veel.")

    yara.goto(address + "texts")
    expect(yara.locator(".history__item")).to_have_count(3)
    press(yara, yara.locator("form[action$='/texts/erase'] button"))
    expect(yara.locator(".history__item")).to_have_count(1)
    assert status_of(yara, address + "texts/1") == 404
    yara.goto(address)
    expect(yara.locator("main")).to_contain_text("Ik praatte te veel.")


def test_what_is_deleted_can_be_taken_back_until_it_is_erased(yara: Page) -> None:
    title = "Deze gaat weg en komt terug"
    address = write(yara, "reflections", "reflection", title=title, text="Een zin.")
    binned = yara.locator(".entry-row", has_text=title)
    for what in ("back", "erase"):
        yara.goto(address)
        press(yara, yara.locator("a[href$='/delete']"))
        expect(yara.locator("main")).to_contain_text("30 dagen in je prullenbak")
        send(yara)
        expect(binned).to_be_visible()
        yara.goto("/")
        expect(yara.locator("main")).not_to_contain_text(title)
        yara.goto("/bin")
        press(yara, binned.locator(f"form[action$='/{what}'] button"))
        if what == "back":
            expect(yara.locator("h1")).to_have_text(title)
            expect(yara.locator("#who > summary")).to_contain_text("Alleen jij ziet dit.")
    expect(binned).to_have_count(0)
    assert status_of(yara, address) == 404


def test_two_windows_on_one_text_keep_both(yara: Page) -> None:
    address = write(yara, "reflections", "reflection", title="In twee vensters", text="Het begin.")
    other = yara.context.new_page()
    for window, text in ((yara, "Uit het ene venster."), (other, "Uit het andere venster.")):
        window.goto(address + "edit")
        window.fill("[name=text]", text)
    send(other)
    with yara.expect_navigation() as answer:
        yara.locator("main form.form button[type=submit]").click()
    assert answer.value.status == 409
    expect(yara.locator("[name=text]")).to_have_value("Uit het ene venster.")
    expect(yara.locator(".difference ins")).to_contain_text("ene")
    expect(yara.locator(".difference del")).to_contain_text("andere")
    send(yara)
    expect(yara.locator("main")).to_contain_text("Uit het ene venster.")
    yara.goto(address + "texts/2")
    expect(yara.locator("main")).to_contain_text("Uit het andere venster.")
