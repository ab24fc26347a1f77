"""What is handed over is looked at first, as what is shared: the chosen fields alone, and the note."""

from __future__ import annotations

import re


def test_chosen_words_are_looked_at_before_they_are_handed_over(people):
    talk = people.plan()
    told = {"story": "Leerling Sanne Bakker hielp.", "pupils_noticed": "Ik was ziek."}
    entry = people.write("fenna", "evidence", "De proefweek", **told)
    where = f"{talk}choose/{entry}"
    asked = people.send("fenna", where, {"fields": ["title", "story"], "note": "Bel 06-12345678."})
    assert asked.status_code == 422
    assert re.findall("<mark>(.*?)</mark>", asked.text) == ["Sanne Bakker", "06-12345678"]
    section = asked.text[asked.text.index('id="look"') : asked.text.index("</section>", asked.text.index('id="look"'))]
    sent = re.findall(r'name="([a-z_]+)" value="([^"]*)"', section)
    form = {name: [value for key, value in sent if key == name] for name, _value in sent}
    assert form["fields"] == ["title story"]
    assert people.send("fenna", where, form | {"fields": ["title", "story", "pupils_noticed"]}).status_code == 422
    assert people.send("fenna", where, form).status_code == 303
    assert "De proefweek" in people.browser("fenna").get(talk).text
