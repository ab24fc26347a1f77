"""Reading a file of people: every notation schools have, and every faulty line explained."""

from __future__ import annotations

import pytest

from portfolio.errors import Refused
from portfolio.i18n import speaking
from portfolio.people.roster import MOST_BYTES, MOST_PEOPLE, PROBLEMS, PersonLine, example, read_sheet

FENNA = PersonLine(2, "Zoë de Boer", "zoe@example.org", "coach", "en", "Delen")


def problems(text: str) -> dict[int, list[str]]:
    """What is wrong with which line."""
    return {line.number: [str(one) for one in line.problems] for line in read_sheet(text.encode()).faulty}


def test_every_notation_says_the_same() -> None:
    dutch, english = "Naam{0}E-mailadres{0}Rol{0}Taal{0}Cohort", "language{0}name{0}COHORT{0}email address{0}role"
    nl = "Zoë de Boer{0}ZOE@example.org{0}Coach{0}Engels{0}Delen"
    en = "en{0}Zoë de Boer{0}Delen{0}zoe@example.org{0}coach"
    tried = 0
    for separator in ",;\t":
        for end in ("\r\n", "\n", "\r"):
            for heading, line in ((dutch, nl), (english, en)):
                text = end.join([heading, line, ""]).format(separator)
                for encoding in ("utf-8", "utf-8-sig", "cp1252"):
                    sheet = read_sheet(text.encode(encoding))
                    assert (sheet.people, sheet.faulty, sheet.unread) == ([FENNA], [], []), (text, encoding)
                    tried += 1
    assert tried == 54


def test_a_name_in_parts_quotes_empty_lines_and_other_columns() -> None:
    sheet = read_sheet(
        b'sep=;\r\n;;;;\r\n"Voornaam";"Tussenvoegsel";"Achternaam";"Afdeling";"e-mail"\r\n'
        b'"Zo ""Z"" e";de;"Boer; of zo";"Exact\r\nen zo";z@example.org\r\n\r\n;;;;\r\nJan;;Smit;x;j@example.org\r\n'
    )
    assert [(one.number, one.name, one.role, one.language) for one in sheet.people] == [
        (4, 'Zo "Z" e de Boer; of zo', "teacher", "nl"), (8, "Jan Smit", "teacher", "nl"),
    ]  # fmt: skip
    assert sheet.unread == ["Afdeling"] and sheet.faulty == []


def test_every_faulty_line_is_explained_and_the_others_are_read() -> None:
    text = (
        "naam;e-mail;rol;taal\n;a@example.org;;\nBo;;;\nCas;geen adres;baas;frans\nDaan;d@example.org;;\n"
        f"Evi;D@Example.org;;\n{'x' * 81};f@example.org;;\nGijs;g@example.org;;;nog iets\n"
        f"Huub;{'h' * 300}@example.org;-;\n"
    )
    no_address = PROBLEMS["no email"]
    found = problems(text)
    assert found.pop(9)[1] == "“-” is no role here. Write teacher, coach, leader or administrator."
    assert found == {
        2: ["There is no name."],
        3: [str(no_address)],
        4: [
            "“geen adres” is not an e-mail address.",
            "“baas” is no role here. Write teacher, coach, leader or administrator.",
            "“frans” is no language here. Write nl or en, or nothing.",
        ],
        6: ["Line 5 has the same e-mail address."],
        7: ["This name is too long: 81 characters, and at most 80 fit."],
        8: ["This line has more columns than the headings."],
    }
    assert [one.number for one in read_sheet(text.encode()).people] == [5]


def test_a_quotation_mark_that_is_not_closed_takes_nobody_along_unseen() -> None:
    for text in (
        'naam;e-mail\n"Jan;j@example.org\nPiet;p@example.org\n',
        'naam;e-mail;nota\nJan;j@example.org;"ja\nPiet;p@example.org;"\nEva;e@example.org;"\n',
        'naam;e-mail\n"Jan" Smit;j@example.org\n',
    ):
        (line, *_more) = read_sheet(text.encode()).faulty
        assert (line.number, line.problems[0].code) == (2, "unreadable")
    last = read_sheet(b'naam;e-mail\n"Jan" Smit;j@example.org\nPiet;p@example.org\n')
    assert [one.name for one in last.people] == ["Piet"], "the next line is read"


def test_what_looks_like_a_formula_is_text() -> None:
    (one,) = read_sheet(b'naam,e-mail\n"=HYPERLINK(""http://x"")",f@example.org\n').people
    assert one.name == '=HYPERLINK("http://x")'


MANY = "naam;e-mail\n" + "".join(f"N;n{number}@example.org\n" for number in range(MOST_PEOPLE + 1))


NO_FILES = [
    (b"", "empty"), (b"\xef\xbb\xbf", "empty"), (b" \r\n", "empty"), (b";;;\n\n", "no table"),
    (b"naam", "No column was found for: e-mail address"), (b"e-mail", "No column was found for: name"),
    (b"x;y\n1;2", "No column was found for: name, e-mail address"), (b'"naam;e-mail\nJan;j@x.nl', "No column"),
    (b"naam;e-mail\n", "only headings"), (b"Lieve collega's", "no table"), (b"%PDF-1.7\n\x00\x01", "no table"),
    (b"naam;Naam;e-mail\n", "Two columns have the heading “Naam”"), (b"PK\x03\x04rest", "a spreadsheet"),
    ("naam;e-mail\nJan;j@x.nl".encode("utf-16"), "can't be read"), (b"naam;e-mail\nJ\x81n;j@x.nl", "can't be read"),
    (b"naam;e-mail\n" + b";" * MOST_BYTES, "too large"), (MANY.encode(), "more than 2,000"),
]  # fmt: skip


def test_what_is_no_such_file_is_refused_with_a_reason() -> None:
    for data, why in NO_FILES:
        with pytest.raises(Refused, match=why):
            read_sheet(data)


def test_exactly_two_thousand_people_fit() -> None:
    assert len(read_sheet(MANY.rpartition("N;")[0].encode()).people) == MOST_PEOPLE


def test_the_example_is_such_a_file_in_both_languages() -> None:
    for language in ("nl", "en"):
        with speaking(language):
            name, data = example()
        sheet = read_sheet(data)
        assert name.endswith(".csv") and len(sheet.people) == 2 and not sheet.faulty and not sheet.unread
