"""Colleagues who begin: invited by the school's administrator, by the link in their mail."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.mails import newest_link
from tests.browser.steps import choose_password, press, send, status_of

Meet = Callable[[str | None], Page]


def invite(meet: Meet, name: str, email: str) -> tuple[Page, str]:
    """Have the school's administrator invite somebody; returns the administrator's page, and the link in the mail."""
    mirjam = meet("mirjam")
    press(mirjam, mirjam.locator("nav.contents a[href^='/s/']"))
    press(mirjam, mirjam.locator("a[href$='/people/new']"))
    mirjam.fill("[name=name]", name)
    mirjam.fill("[name=email]", email)
    send(mirjam)
    expect(mirjam.locator("main")).to_contain_text(email)
    assert "/invitation/" not in mirjam.content()
    return mirjam, newest_link(meet, email, "invitation")


def begin(meet: Meet, name: str, email: str) -> tuple[Page, Page]:
    """An account that has just begun: the administrator's page, and its owner's."""
    mirjam, link = invite(meet, name, email)
    person = meet(None)
    person.goto(link)
    expect(person.locator("h1")).to_contain_text(name)
    choose_password(person)
    expect(person.locator(".account__name")).to_have_text(name)
    assert status_of(meet(None), link) == 410
    return mirjam, person
