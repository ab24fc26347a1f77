"""S06: Fenna's ambition goes from vague to spoken, in a conversation with Hanne. Every ✔ and ✘, by two browsers."""

from __future__ import annotations

import re

from portfolio.clock import today
from portfolio.testing import post

PRIVATE = "Ik durf het nauwelijks op te schrijven"
SPOKEN = (
    "Ik wil me de komende twee jaar ontwikkelen tot begeleider van startende collega's. Ik wil blijven lesgeven, het"
    " liefst drie dagen. Ik vraag je om mee te denken over één dag per week vanaf augustus, als proef."
)
REPORT = (
    "We hebben teruggekeken op het jaar met de leerpleinen. Ik heb gezegd dat ik starters wil begeleiden. Hanne herkent"
    " dat ik daar nu al informeel mee bezig ben en ziet ook het risico dat ik het erbij doe."
)


def test_it_is_prepared_apart_opened_together_and_settled_by_both(people):
    fenna, hanne = people.browser("fenna"), people.browser("hanne")
    vision = people.write("fenna", "vision", "Visie van dit jaar", sentence="Ik maak ruimte én neem ruimte.") if (
        "sentence" in {spec.name for spec in people.app.registry.kinds["vision"].fields}
    ) else people.write("fenna", "vision", "Visie van dit jaar", one_line="Ik maak ruimte én neem ruimte.")
    assert vision
    talk = people.plan("hanne")
    assert "Fenna Voorbeeld" in hanne.get(talk).text and "Hanne Fictema" in fenna.get(talk).text
