"""The text guard, sentence by sentence: what it asks to look at again, and what it leaves alone."""

from __future__ import annotations

import time

import pytest

from portfolio.entries.guarding import EMAIL, HEALTH_WORD, MOST, NUMBER, PHONE, Words, look
from portfolio.entries.guarding_names import NAME, PUPIL

SHOWN = [
    # A name beside a word for a pupil, a parent or a class.
    ("Mijn leerling Sanne Bakker hielp een ander.", PUPIL, "Sanne Bakker"),
    ("Ik sprak met mentorkind Yusuf over de toets.", PUPIL, "Yusuf"),
    ("De leerling, Noor van den Berg, zat achterin.", PUPIL, "Noor van den Berg"),
    ("**Leerling** _Jan de Vries_ kwam te laat.", PUPIL, "Jan de Vries"),
    ("Een leerling\nAyşenur Kaplan bleef zitten.", PUPIL, "Ayşenur Kaplan"),
    ("LEERLING JAN DE VRIES WAS BOOS.", PUPIL, "JAN DE VRIES"),
    ("leerling sanne wilde niet", PUPIL, "sanne"),
    ("Ik zag dat een leerling die Achterberg heet wegliep.", PUPIL, "Achterberg"),
    ("Sanne is een leerling die veel vraagt.", PUPIL, "Sanne"),
    ("Ik dacht aan Milou, een leerling uit de eerste.", PUPIL, "Milou"),
    ("Gesprek met de ouders van Jan de Vries.", NAME, "Jan de Vries"),
    ("De moeder van Fatima belde.", NAME, "Fatima"),
    ("Gisteren belde Sanne's moeder.", NAME, "Sanne's"),
    ("Sam Peters uit mijn klas tekende mee.", NAME, "Sam Peters"),
    ("Sanne (3B) nam het voortouw.", PUPIL, "Sanne"),
    ("Met Dani (groep 7) ging het beter.", PUPIL, "Dani"),
    ("Ik keek naar Daan uit h4a.", PUPIL, "Daan"),
    ("Daarna kwam Yusuf Demir, klas 2C.", PUPIL, "Yusuf Demir"),
    ("In klas 3B: Sanne en de anderen.", PUPIL, "Sanne"),
    ("- leerling: [Emma](https://example.org/emma)\n- verder niets", PUPIL, "Emma"),
    ("leerling محمد kwam later", PUPIL, "محمد"),
    ("A student, Emily Watson, asked why.", PUPIL, "Emily Watson"),
    ("My student Ngozi stayed behind.", PUPIL, "Ngozi"),
    ("The parents of Oliver came along.", NAME, "Oliver"),
    ("Grace is a pupil who listens.", PUPIL, "Grace"),
    ("We talked about Hannah from year 8.", PUPIL, "Hannah"),
    # Addresses and numbers.
    ("Mail naar s.bakker@school.example als het kan.", EMAIL, "s.bakker@school.example"),
    ("[schrijf](mailto:juf_anna@school.example) haar", EMAIL, "juf_anna@school.example"),
    ("Bel me op 06-12 34 56 78.", PHONE, "06-12 34 56 78"),
    ("In 2024 0612345678 gebeld", PHONE, "0612345678"),
    ("Tel. (010) 123 45 67, na vieren", PHONE, "(010) 123 45 67"),
    ("Call +44 20 7946 0958 today.", PHONE, "+44 20 7946 0958"),
    ("اتصل ٠٦١٢٣٤٥٦٧٨ غدا", PHONE, "٠٦١٢٣٤٥٦٧٨"),
    ("Nummer 111222333 staat in het dossier.", NUMBER, "111222333"),
    ("Nummer 123.456.782 staat in het dossier.", NUMBER, "123.456.782"),
    # Health.
    ("Hij heeft DYSLEXIE en leest langzaam.", HEALTH_WORD, "DYSLEXIE"),
    ("Een collega zat thuis met een burn-out.", HEALTH_WORD, "burn-out"),
    ("Ze was vaak *ziek* dit jaar.", HEALTH_WORD, "ziek"),
    ("He was depressed for months.", HEALTH_WORD, "depressed"),
]

LEFT_ALONE = [
    "De leerling koos zelf een onderwerp.",
    "Leerlingen werken samen. Sanne Bakker keek mee.",
    "Ik sprak met Jan de Vries over het rooster.",
    "Lotte de Boer kwam kijken in de klas.",
    "Collega Hanne Smit en haar leerlingen deden mee.",
    "Vandaag is een leerling gevallen.",
    "Zij is leerling van het Lotus College in Rotterdam.",
    "De leerlingen Nederlands en Frans werkten samen.",
    "Ik ben ouder dan Jan de Vries en weet het ook niet.",
    "De Leerlingenraad en de ouders van Amsterdam.",
    "LEERLINGEN LEZEN DE TEKST EN PRATEN.",
    "Figuur (3B) laat zien hoe de klas zit.",
    "In klas 3B Nederlands gegeven.",
    "Volgens Korthagen leren leerlingen van ervaring.",
    "In Amsterdam, een leerling vertelde het, is het anders.",
    "Students lead change. Monday we start.",
    "Student Council and Parent Evening",
    "The pupil chose. I was glad.",
    "Be kind. Anna Smith was there.",
    "Our group met on Tuesday in London.",
    "Nummer 123456789 is geen bsn en 12-05-2024 ook niet.",
    "De toets van 2023-2024 telde 0,123456789 mee; zie https://example.org/0612345678.",
    "Van 08:30 tot 10:15 in lokaal 0.12, bladzijde 100-110.",
    "Het is een gezonde school.",
    "@iedereen: kijk op example.org",
    "leerling leerling leerling",
    "",
]


def kinds(text: str, language: str = "nl") -> list[tuple[str, str]]:
    return [(one.kind, one.marked) for one in look([Words("x", text)], language)]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_it_asks_to_look_at_again(language: str) -> None:
    missed = [(text, kinds(text, language)) for text, *found in SHOWN if tuple(found) not in kinds(text, language)]
    assert missed == []


def test_nothing_else_is_marked_in_those_sentences() -> None:
    more = [(text, kinds(text)) for text, _kind, _words in SHOWN if len(kinds(text)) != 1]
    assert more == []


def test_what_it_leaves_alone() -> None:
    wrong = [(text, kinds(text)) for text in LEFT_ALONE if kinds(text)]
    wrong += [(text, kinds(text, "en")) for text in LEFT_ALONE if kinds(text, "en")]
    assert wrong == []


def test_the_words_stand_in_their_sentence() -> None:
    text = "Eerst iets anders. Toen zei leerling **Sanne Bakker** dat het\ngoed was! En verder."
    (found,) = look([Words("Wat gebeurde er?", text)])
    assert (found.before, found.marked, found.after) == ("Toen zei leerling ", "Sanne Bakker", " dat het goed was!")
    assert found.label == "Wat gebeurde er?"
    assert "initial" in str(found.why)


def test_a_long_sentence_is_cut_and_many_findings_stop() -> None:
    (found,) = look([Words("x", "woord " * 100 + "ziek" + " woord" * 100)])
    assert found.before.startswith("… ") and found.after.endswith(" …") and len(found.before) < 100
    assert len(look([Words("x", " ".join(f"a{n}@school.example" for n in range(200)))])) == MOST


def cost(text: str, turns: int) -> float:
    """Seconds of this process to look at a text: the least of some turns."""
    taken = []
    for _turn in range(turns):
        begun = time.process_time()
        look([Words("x", text)])
        taken.append(time.process_time() - begun)
    return min(taken)


def test_a_hundred_thousand_characters_take_no_time() -> None:
    quiet = "Het gesprek met Hanne ging over het rooster van 2024, en wat er in de sectie nodig is om verder te komen. "
    loud = "Ik zag hoe de leerlingen samen verder gingen, en Lotte de Boer keek mee.\n\n"
    text = ((quiet * 9 + loud) * 100)[:100_000]
    assert cost(text, 3) < 0.15  # 0.04 where nothing else runs


def test_no_text_takes_more_than_its_length() -> None:
    signs = ["a", "a@", "a.", "1 ", "0", "06 ", "+1", "(", "\n", "_", "* ", "@ ", "'a", "J. "]
    slow = {}
    for part in [*signs, "leerling Sanne Bakker (3B) ", "van de ", "leerling van Jan de ", "ziek-"]:
        text = part * (30_000 // len(part))
        short, long = cost(text[:3_000], 3), cost(text, 3)
        if long > 0.1 and long > 50 * short:  # a pattern that tries everything twice takes a hundred times
            slow[part] = (short, long)
    assert slow == {}
