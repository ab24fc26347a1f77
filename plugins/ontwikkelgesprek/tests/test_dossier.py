"""The dossier: what stands in it for whom, as a page and as a tagged PDF; and the fingerprint that is checked later."""

from __future__ import annotations

import io
import re
from typing import Any

import outloud
import pdfua
import pikepdf
import pytest
from PIL import Image
from portfolio_plugins.ontwikkelgesprek.dossier import read_fingerprint
from sqlalchemy import select

from portfolio.entries.models import Attachment
from portfolio.errors import Refused
from portfolio.people.models import Leadership

RICH = "## Wat we zagen\n\n- een [verwijzing](https://example.org/x)\n- twee\n\n| a | b |\n| - | - |\n| c | d |"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "PNG")
    return out.getvalue()


def text_of(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def fingerprint(page: str) -> str:
    found = re.search(r"<code>([0-9a-f]{64})</code>", page)
    assert found
    return found[1]


def hand_over(people: Any, talk: str) -> None:
    """A vision of Fenna's with a picture, chosen for the conversation."""
    words = {"good_education": "Leerlingen die elkaar vragen stellen."}
    vision = people.write("fenna", "vision", "Wat ik voor me zie", **words)
    where = f"/p/{people.portfolios['fenna']}/visie_missie/{vision}/files"
    form = {"alt": "Een bord vol vragen", "pupils": "no", "file": (io.BytesIO(picture()), "bord.png")}
    assert people.send("fenna", where, form).status_code == 303
    chosen = {"fields": ["title", "good_education"], "note": "Hier wil ik het over hebben."}
    assert people.send("fenna", f"{talk}choose/{vision}", chosen).status_code == 303


def test_both_get_the_dossier_with_what_is_open_to_them(people: Any) -> None:
    talk = people.plan()
    assert people.browser("fenna").get(f"{talk}dossier").status_code == 403, "there is nothing to it yet"
    assert f'href="{talk}dossier"' not in people.browser("fenna").get(talk).text
    hand_over(people, talk)
    people.settle(talk)
    for who in ("fenna", "hanne"):
        assert f'href="{talk}dossier"' in people.browser(who).get(talk).text
        page = people.browser(who).get(f"{talk}dossier").text
        told = text_of(page)
        for words in ("Niet bestemd voor beoordeling", "Fenna Voorbeeld", "Hanne Fictema", "We hebben teruggekeken.",
                      "Wat ik voor me zie", "Hier wil ik het over hebben.", "Vastgesteld op"):  # fmt: skip
            assert words in told, words
        assert 'alt="Een bord vol vragen"' in page
    for who in ("idris", "ruben", "lotte", "mirjam"):
        for rest in (f"{talk}dossier", f"{talk}dossier.pdf", f"{people.home}check"):
            assert people.browser(who).get(rest).status_code == 404, (who, rest)


def test_the_pdf_is_tagged_has_its_title_and_language_and_no_error(people: Any, tmp_path: Any) -> None:
    talk = people.plan()
    hand_over(people, talk)
    people.open(talk)
    people.report(talk, RICH)
    row = {"agreements-0-text": "Starters begeleiden", "agreements-0-who": "both", "agreements-0-look_back_on": ""}
    people.send("hanne", f"{talk}agreements", row | {"seen": "0"})
    answer = people.browser("hanne").get(f"{talk}dossier.pdf")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    path = tmp_path / "dossier.pdf"
    path.write_bytes(answer.data)
    found = outloud.check(str(path))
    assert (found.errors, found.error) == (0, None), found.findings
    assert [one for one in pdfua.validate(str(path)).findings if one.severity.name == "ERROR"] == []
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == "nl" and pdf.Root.MarkInfo.Marked
        assert "Dossier" in str(pdf.docinfo.Title)
        roles = structure(pdf)
        assert {"/H1", "/H2", "/Table", "/TH", "/Figure", "/L"} <= {str(one.S) for one in roles}
        assert [str(one.Alt) for one in roles if one.S == "/Figure"] == ["Een bord vol vragen"]
        assert {str(one.A.Scope) for one in roles if one.S == "/TH"} <= {"/Column", "/Row"}


def structure(pdf: Any) -> list[Any]:
    from portfolio.exchange.printing import _elements

    return [element for element, _above in _elements(pdf.Root.StructTreeRoot)]


def test_a_printed_fingerprint_is_known_again_and_changes_are_told(people: Any) -> None:
    talk = people.plan()
    hand_over(people, talk)
    people.open(talk)
    assert [f'href="{talk}dossier"' in people.browser(who).get(talk).text for who in ("fenna", "hanne")] == [True, True]
    people.report(talk)
    printed = fingerprint(people.browser("fenna").get(f"{talk}dossier").text)
    assert fingerprint(people.browser("hanne").get(f"{talk}dossier").text) == printed

    def ask(typed: str, who: str = "hanne") -> str:
        return text_of(people.browser(who).get(f"{people.home}check", query_string={"hash": typed}).text)

    spaced = " ".join(printed[n : n + 4] for n in range(0, 64, 4)).upper()
    for typed in (printed, spaced, printed[:12], f"sha256: {printed[:16]}", f"\n{printed[:40]}\t"):
        told = ask(typed)
        assert "Vandaag staat er precies hetzelfde." in told and "Fenna Voorbeeld" in told, typed
    other = ("0" if printed[0] != "0" else "1") + printed[1:]
    assert "Niet een van jullie" in ask(other)
    for wrong in (printed[:11], "geen vingerafdruk", printed + "0", "%" * 20):
        assert people.browser("fenna").get(f"{people.home}check", query_string={"hash": wrong}).status_code == 422
    item = re.search(r"handed/[0-9a-f-]{36}/withdraw", people.browser("fenna").get(talk).text)
    assert item and people.send("fenna", f"{talk}{item[0]}").status_code == 303
    assert "Wat overhandigd is niet" in ask(printed)
    people.report(talk, "We zeiden iets anders.", seen="1")
    assert "Er is iets veranderd sinds het afdrukken" in ask(printed, "fenna")


def test_a_picture_that_may_show_pupils_is_on_nobodys_paper(people: Any) -> None:
    talk = people.plan()
    hand_over(people, talk)
    people.open(talk)

    def shown(who: str) -> bool:
        with pikepdf.open(io.BytesIO(people.browser(who).get(f"{talk}dossier.pdf").data)) as pdf:
            return any(int(one.Width) == 60 for page in pdf.pages for one in page.get_images().values())

    assert shown("hanne") and shown("fenna")
    with people.database.read() as session:
        file = session.scalars(select(Attachment)).one()
    where = f"/p/{people.portfolios['fenna']}/visie_missie/{file.entry_id}/files/{file.id}"
    assert people.send("fenna", where, {"pupils": "yes"}).status_code == 303
    assert not shown("hanne") and not shown("fenna")
    assert "Een bord vol vragen" not in people.browser("hanne").get(f"{talk}dossier").text


def test_what_is_printed_in_one_place_is_unknown_in_another(people: Any) -> None:
    talk = people.plan()
    people.settle(talk)
    printed = fingerprint(people.browser("hanne").get(f"{talk}dossier").text)
    with people.database.read() as session:
        of_idris = session.scalars(
            select(Leadership).where(Leadership.teacher_id == people.persons["idris"].id)
        ).one()
    place = people.open_together("hanne", of_idris)
    told = people.browser("hanne").get(f"/p/{place}/ontwikkelgesprek/check", query_string={"hash": printed}).text
    assert "Niet een van jullie" in text_of(told)


def test_what_was_chosen_and_never_opened_is_in_nobodys_dossier(people: Any) -> None:
    talk = people.plan()
    hand_over(people, talk)
    people.report(talk)
    assert [people.answer(who, talk).status_code for who in ("hanne", "fenna")] == [303, 303]
    pages = [people.browser(who).get(f"{talk}dossier").text for who in ("fenna", "hanne")]
    assert fingerprint(pages[0]) == fingerprint(pages[1]) and "Wat ik voor me zie" not in pages[0]
    own = text_of(people.browser("fenna").get(talk).text)
    assert "Hanne Fictema heeft dit niet gekregen" in own and "leest dit tot" not in own


@pytest.mark.parametrize("typed", ["", "abc", "g" * 20, "0" * 65, "0x" + "1" * 12])
def test_what_is_no_fingerprint(typed: str) -> None:
    with pytest.raises(Refused):
        read_fingerprint(typed)
