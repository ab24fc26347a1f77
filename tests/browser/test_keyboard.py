"""One journey with Tab, Enter and the space bar only; every stop on the way can be seen."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

MOST_STOPS = 120
STOP = """(wanted) => {
  const here = document.activeElement, looks = getComputedStyle(here);
  const shown = here.matches('.choice__control') ? getComputedStyle(here.closest('.choice')) : looks;
  const seen = [looks, shown].some(one => one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) >= 1);
  return {there: here.matches(wanted), seen: seen || here === document.body,
          name: here.outerHTML.slice(0, 120)};
}"""


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what is wanted has the focus. Fails where the focus can't be seen, or never comes there."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP, wanted)
        assert stop["seen"], f"the focus can't be seen on {stop['name']}"
        if stop["there"]:
            return
    raise AssertionError(f"Tab never comes to {wanted} on {page.url}")


def enter(page: Page) -> None:
    """Press Enter and wait for the page that answers."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_sign_in_share_and_sign_out_without_a_mouse(visit: Callable[..., Page]) -> None:
    page = visit(None)
    page.goto("/sign-in")
    tab_to(page, "[name=email]")
    page.keyboard.type("idris@example.org")
    tab_to(page, "[name=password]")
    page.keyboard.type("samen-delen-2026")
    enter(page)

    tab_to(page, ".starts a[href$='/goals/new/goal']")
    enter(page)
    tab_to(page, "[name=title]")
    page.keyboard.type("Ik wil leren wachten.")
    tab_to(page, "[name=first_step]")
    page.keyboard.type("Tot tien tellen.")
    tab_to(page, "main form.form button[type=submit]")
    enter(page)
    expect(page.locator("h1")).to_have_text("Ik wil leren wachten.")
    expect(page.locator("#who > summary")).to_contain_text("Alleen jij ziet dit.")

    tab_to(page, "#who > summary")
    page.keyboard.press("Space")
    if not page.locator("#who [name=target]").first.is_visible():
        tab_to(page, "#who details.add > summary")
        page.keyboard.press("Enter")
    whom = page.locator("#who .choice__label").first.inner_text().splitlines()[0].strip()
    tab_to(page, "#who [name=target]")
    page.keyboard.press("Space")
    tab_to(page, "#who form.form button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Space")
    expect(page.locator("#who > summary")).not_to_contain_text("Alleen jij")

    tab_to(page, "#who > summary")
    page.keyboard.press("Enter")
    expect(page.locator("#who .shares__name")).to_have_text(whom)
    tab_to(page, "#who .shares button")
    enter(page)
    expect(page.locator("#who > summary")).to_contain_text("Alleen jij ziet dit.")

    tab_to(page, ".account > summary")
    page.keyboard.press("Enter")
    tab_to(page, ".account__leave button")
    enter(page)
    assert page.url.endswith("/sign-in")
