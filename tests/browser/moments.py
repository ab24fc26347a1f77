"""Pages that are only seen after sending a form: refusals with their messages, conflicts, codes, what was typed.

Each moment opens pages with `visit(who)`, goes where it has to, and calls `look(page, name)` on what is seen there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.mails import newest_link
from tests.browser.steps import choose_password, portfolio_of, send

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]
Places = Callable[[str], dict[str, str]]


def unfold_all(page: Page, form: str) -> None:
    """Open what the form is folded into."""
    page.eval_on_selector_all("main details", "all => all.forEach(one => { one.open = true })")
    page.locator(form).first.wait_for(state="visible")


def wrong_passwords(visit: Visit, places: Places, look: Look) -> None:
    """A refused sign-in, and the page that asks for patience."""
    page = visit(None)
    page.goto("/sign-in")
    page.fill("[name=email]", "niemand@example.org")
    page.fill("[name=password]", "niet-het-wachtwoord")
    send(page)
    for _ in range(8):
        if not page.locator("[name=password]").count():
            break
        look_once(look, page, "sign-in refused")
        page.fill("[name=password]", "niet-het-wachtwoord")
        send(page)
    assert not page.locator("[name=password]").count(), "eight wrong passwords and no end"
    look(page, "429")


def look_once(look: Look, page: Page, name: str) -> None:
    """Look unless this page was looked at before: the same page comes back with every try."""
    if name not in _looked_at:
        _looked_at.add(name)
        look(page, name)


_looked_at: set[str] = set()


def refused_forms(visit: Visit, places: Places, look: Look) -> None:
    """Messages at the fields of the forms with which one writes, shares and adds."""
    page, its = visit("fenna"), places("fenna")
    page.goto(f"/p/{its['portfolio']}/goals/new/goal")
    page.fill("[name=happened_on]", "0001-01-01")
    send(page)
    look(page, "goal refused")
    for form, fill, name in (
        ("form.form[action$='/shares']", {"address": "geen adres"}, "share refused"),
        ("form.form[action$='/state']", {}, "state refused"),
        ("form.form[action$='/files']", {"alt": "Een bord"}, "file refused"),
    ):
        page.goto(its["goal"])
        unfold_all(page, form)
        for field, value in fill.items():
            page.fill(f"{form} [name={field}]", value)
        send(page, form)
        assert page.locator("main [aria-invalid=true]").count(), name
        look(page, name)
    page.goto("/circles")
    send(page, "form.form[action$='/circles']")
    look(page, "circle refused")
    page.goto("/account/close")
    send(page)
    look(page, "closing refused")
    coach, its = visit("ruben"), places("ruben")
    coach.goto(its["shared"])
    coach.fill("#comment [name=quote]", "woorden die er niet staan")
    coach.fill("#comment [name=body]", "Wat zag je gebeuren?")
    send(coach, "#comment")
    look(coach, "comment refused")


def two_windows(visit: Visit, places: Places, look: Look) -> None:
    """The page with both texts, after an edit on an older one; then the bin with something in it."""
    page, its = visit("fenna"), places("fenna")
    page.goto(f"/p/{its['portfolio']}/reflections/new/reflection")
    page.fill("[name=title]", "Twee vensters")
    page.fill("[name=text]", "De eerste tekst.")
    send(page)
    address = page.url
    page.goto(address + "edit")
    other = page.context.new_page()
    other.goto(address + "edit")
    other.fill("[name=text]", "De tekst uit het andere venster.")
    send(other)
    other.close()
    page.fill("[name=text]", "De tekst uit dit venster.")
    send(page)
    assert page.locator("main ins").count(), "no conflict"
    look(page, "409")
    page.goto(address + "delete")
    send(page)
    look(page, "bin")
    page.goto(address)
    look(page, "entry in the bin")


def signed_out_meanwhile(visit: Visit, places: Places, look: Look) -> None:
    """What was typed is shown: after the sign-in ended, and when the page was open for too long."""
    page, its = visit("fenna"), places("fenna")
    for name in ("expired", "signed out"):
        page.goto(f"/p/{its['portfolio']}/reflections/new/reflection")
        page.fill("[name=title]", "Wat ik niet kwijt wil raken")
        page.fill("[name=text]", "Dit stond er al, en het mag niet verloren gaan.")
        if name == "expired":
            page.eval_on_selector("main form.form [name=csrf_token]", "field => { field.value = 'verlopen' }")
        else:
            page.context.clear_cookies(name="portfolio")
        send(page)
        assert page.locator("textarea[readonly]").count(), name
        look(page, name)


def without_an_address(visit: Visit, places: Places, look: Look) -> None:
    """The school invites who has no e-mail: link on paper, recovery codes, the 72 hours."""
    admin, its = visit("mirjam"), places("mirjam")
    admin.goto(f"/s/{its['school']}/people/new")
    send(admin)
    look(admin, "invitation refused")
    name = f"Noor Papier {uuid.uuid4().hex[:6]}"
    admin.fill("[name=name]", name)
    send(admin)
    look(admin, "link on paper")
    link = admin.locator("main .note .code").inner_text()
    person = visit(None)
    person.goto(link)
    person.fill("[name=password]", "kort")
    person.fill("[name=password_again]", "anders")
    send(person)
    look(person, "beginning refused")
    person.select_option("[name=language]", admin.locator("html").get_attribute("lang"))
    choose_password(person)
    look(person, "codes")
    person.goto("/account/recovery-codes")
    look(person, "new codes")
    admin.goto(f"/s/{its['school']}/")
    admin.get_by_role("link", name=name).click()
    admin.locator("form[action$='/reset'] button").click()
    admin.wait_for_load_state()
    look(admin, "code on paper")
    person.goto("/")
    assert person.locator("form[action$='/recovery/stop']").count(), "no word about the 72 hours"
    look(person, "72 hours, and an empty portfolio")
    for address in ("/shared", "/circles", "/readings", "/bin", f"/p/{portfolio_of(person)}/goals/", "/account"):
        person.goto(address)
        look(person, f"empty {address.rpartition('/p/')[0] or address}")


def with_an_account(visit: Visit, places: Places, look: Look) -> None:
    """The school invites somebody who has an account elsewhere: before signing in, as another, and as themselves."""
    admin, its = visit("mirjam"), places("mirjam")
    admin.goto(f"/s/{its['school']}/")
    invited = admin.get_by_role("link", name="Iemand van elders")
    if not invited.count():  # another run invited them
        admin.goto(f"/s/{its['school']}/people/new")
        admin.fill("[name=name]", "Iemand van elders")
        admin.fill("[name=email]", "daan@example.org")
        send(admin)
    else:
        invited.click()
    admin.locator("a[href$='/correct']").wait_for()
    look(admin, "invited, not begun")
    admin.locator("a[href$='/correct']").click()
    admin.locator("[name=sign_in_name]").wait_for()
    look(admin, "correct")
    admin.fill("[name=email]", "fenna@example.org")
    send(admin)
    look(admin, "correct refused")
    link = newest_link(visit, "daan@example.org", "invitation")
    for who in (None, "fenna", "daan"):
        page = visit(who)
        page.goto(link)
        look(page, f"invitation with an account, as {who}")


def people_from_a_file(visit: Visit, places: Places, look: Look) -> None:
    """A file that can't be read, and one of which some lines are left out, before anybody is invited."""
    page, its = visit("mirjam"), places("mirjam")
    page.goto(f"/s/{its['school']}/people/file")
    some = "naam;e-mail\nWies;wies@example.org\nZonder;\nBo;geen adres\n"
    for name, text in (("refused", "wat;dit"), ("looked at", some)):
        page.set_input_files("[name=file]", {"name": "x.csv", "mimeType": "text/csv", "buffer": text.encode()})
        send(page)
        page.locator("main details" if name == "looked at" else "#file-error").first.wait_for()
        page.eval_on_selector_all("main details", "all => all.forEach(one => { one.open = true })")
        look(page, f"people from a file, {name}")


def leader_to_be(visit: Visit, places: Places, look: Look) -> None:
    """What naming a leader ends, before it's saved; and a form about leaders that came back."""
    page, its = visit("mirjam"), places("mirjam")
    page.goto(f"/s/{its['school']}/leaders")
    send(page, "#new form.form")
    look(page, "leader refused")
    page.select_option("#new [name=leader]", label="Hanne Fictema")
    page.select_option("#new [name=teacher]", label="Mirjam Bedacht")
    send(page, "#new form.form")
    assert page.locator("[name=understood]").count(), "no page about the consequences"
    look(page, "leader to be")
    page.goto(f"/s/{its['school']}/coaches")
    send(page, "#new form.form")
    look(page, "coach refused")


def open_menus(visit: Visit, places: Places, look: Look) -> None:
    """Both menus unfolded, as on a phone."""
    page = visit("ruben")
    for menu in (".menu", ".account"):
        page.goto("/privacy")
        summary = page.locator(f"{menu} > summary")
        if summary.is_visible():
            summary.click()
            look(page, f"menu {menu}, open")


def another_theme(visit: Visit, places: Places, look: Look) -> None:
    """The school picks the chalkboard: its page of a book, and a form. That every page is there is proved elsewhere."""
    admin, its = visit("mirjam"), places("mirjam")

    def pick(theme: str) -> None:
        admin.goto(f"/s/{its['school']}/settings")
        admin.select_option("main [name=theme]", value=theme)
        send(admin)

    pick("krijt")
    page, its_own = visit("fenna"), places("fenna")
    page.goto(f"/p/{its_own['portfolio']}/visie_missie/")
    assert page.locator(".book").count(), "the theme's own page"
    look(page, "krijt, vision")
    page.goto(its_own["goal"])
    look(page, "krijt, goal")
    pick("base")


MOMENTS = (
    wrong_passwords,
    refused_forms,
    two_windows,
    signed_out_meanwhile,
    without_an_address,
    with_an_account,
    people_from_a_file,
    leader_to_be,
    open_menus,
    another_theme,
)
