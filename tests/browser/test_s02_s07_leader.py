"""What S02 and S07 say of the leader, by two browsers at once: she gets what is handed to her, and no more than that.

A version of a vision by the first door, words of recognition by the second; who else reads those, the teacher decides.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.steps import portfolio_of, press, send, share, status_of

WORDS = "Fenna, ik zie dat nieuwe collega's sneller durven vragen sinds jij hen begeleidt."


def test_the_leader_gets_one_version_and_her_recognition_goes_where_the_teacher_says(
    visit: Callable[..., Page],
) -> None:
    fenna, hanne, idris = (visit(who, javascript=False) for who in ("fenna", "hanne", "idris"))
    fenna.goto("/together")
    press(fenna, fenna.locator("main section", has_text="Jij en Hanne").locator("a[href$='/together']"))
    joint = re.sub(r"/together.*", "", fenna.url)

    # S02: of the newest vision one sentence, and nothing of it besides.
    own = f"/p/{portfolio_of(fenna)}"
    fenna.goto(f"{joint}/ontwikkelgesprek/conversations/new")
    fenna.fill("[name=day]", dt.date.today().isoformat())
    fenna.fill("[name=place]", "Bij het raam")
    send(fenna)
    talk = re.sub(r"#.*", "", fenna.url)
    fenna.goto(f"{talk}choose")
    press(fenna, fenna.locator("#offered li", has_text="in één zin").locator("a"))
    version = f"{own}/visie_missie/{fenna.url.rstrip('/').rpartition('/')[2]}/"
    one_line = fenna.locator(".talk-choice:has([value=one_line])").inner_text().strip().splitlines()[-1]
    fenna.check("[name=fields][value=one_line]")
    send(fenna)
    for page, field in ((fenna, "ambition"), (hanne, "saw")):
        page.goto(f"{talk}prepare")
        page.fill(f"[name={field}]", "Een zin.")
        send(page)
        page.goto(talk)
        press(page, page.locator(".talk-release button"))
    hanne.goto(f"{talk}read")
    expect(hanne.locator("main")).to_contain_text(one_line)
    expect(hanne.locator("main a[href*='/visie_missie/']")).to_have_count(0)
    assert status_of(fenna, version) == 200
    assert status_of(hanne, version) == status_of(hanne, f"{own}/visie_missie/") == 404

    # S07: Hanne recognises; Fenna takes the words up, and shows them to whom she wants.
    hanne.goto(f"{joint}/loopbaan/together")
    press(hanne, hanne.locator("main a[href$='/recognise']"))
    hanne.fill("[name=title]", "Vraagbaak voor wie begint")
    hanne.fill("[name=words]", WORDS)
    send(hanne)
    fenna.goto(f"{joint}/loopbaan/together")
    expect(fenna.locator("main")).to_contain_text(WORDS)
    press(fenna, fenna.locator("article", has_text="Vraagbaak voor wie begint").locator("a[href*='/words/']"))
    send(fenna)
    taken = fenna.url
    assert status_of(hanne, taken) == status_of(idris, taken) == 404
    share(fenna, taken, "De drie van de koffiehoek")
    assert status_of(idris, taken) == 200
    expect(idris.locator("main")).to_contain_text(WORDS)
    assert status_of(hanne, taken) == 404
    assert status_of(idris, f"{joint}/loopbaan/together") == 404
