"""Obvious names of people are found in a case; roles, subjects and ordinary words aren't."""

from __future__ import annotations

import pytest
from portfolio_plugins.intervisie.naming import find_names

from portfolio.clock import today
from portfolio.testing import post

MEMBERS = ["Daan Zogenaamd", "Roos van Dale"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ik sprak collega Karel gisteren.", ["Karel"]),
        ("Mijn duo-collega Anne-Fleur en mentor J. Pietersen zwegen.", ["Anne-Fleur", "J. Pietersen"]),
        ("Volgens mevr. De Wit en dhr Bakker.", ["De", "Bakker"]),
        ("Collega Émile zei niets.", ["Émile"]),
        ("Toen zei Daan dat het klopte.", ["Daan"]),
        ("daan zogenaamd zei het", ["daan zogenaamd"]),
        ("Een collega Nederlands en een docent Engels.", []),
        ("Ik ben niet zijn leidinggevende. Vorige week was het stil.", []),
        ("Mijn collega\nKarel is een andere regel.", []),
        ("leerling A en ouder B", []),
        ("Er stond een roos op tafel, en een daan.", []),
        ("Ik vroeg het een collega die zijn hart laat spreken.", []),
    ],
)
def test_what_is_a_name(text, found):
    assert find_names(text, MEMBERS) == found


def test_a_fellow_members_name_is_asked_to_be_a_role_in_every_field_and_in_an_edit(people):
    form = {"title": "Hoe help ik?", "happened_on": today().isoformat(), "seen": "0"}
    new = f"{people.own('yara')}new/intervisie_case"
    for name in ("title", "context", "tried", "feeling", "people", "new_question"):
        answer = post(people.browser("yara"), new, form | {name: "Fenna zat erbij."})
        assert answer.status_code == 422 and "in plaats van ‘Fenna’" in answer.text, name
        assert "Fenna zat erbij." in answer.text
    case = post(people.browser("yara"), new, form | {"people": "een collega\nikzelf", "context": "Yara zegt ik."})
    assert case.status_code == 303, "one's own name is no secret"
    edited = post(people.browser("yara"), f"{case.location}edit", form | {"seen": "1", "context": "Daan zweeg."})
    assert edited.status_code == 422 and "Daan zweeg." in edited.text
    assert post(people.browser("lotte"), f"{people.own('lotte')}new/intervisie_case",
                form | {"context": "Daan zweeg."}).status_code == 303  # fmt: skip
