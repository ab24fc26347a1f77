"""Names of files: made safe and short, noticed when they name a class or a pupil."""


import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.filenames import name_hint, safe_filename
from portfolio.files import (
    EXTENSIONS,
)


@pytest.mark.parametrize(
    ("given_name", "extension", "safe"),
    [
        ("foto.jpg", None, "foto.jpg"),
        ("../../etc/passwd", None, "passwd"),
        ("C:\\Users\\fenna\\mijn foto.png", None, "mijn foto.png"),
        ("a\x00b\r\nc.txt", None, "ab c.txt"),
        ("gpj.\u202eexe.txt", None, "gpj.exe.txt"),
        ("", None, "file"),
        ("...", None, "file"),
        (".htaccess", None, "htaccess"),
        ("CON.txt", None, "_CON.txt"),
        ('een "echt" <verslag>?.pdf', None, "een echt verslag.pdf"),
        ("foto.png", "jpg", "foto.jpg"),
        ("foto.JPEG", "jpg", "foto.JPEG"),
        ("foto.html", "jpg", "foto.jpg"),
        ("foto.exe", "jpg", "foto.exe.jpg"),
        ("verslag.v2", "pdf", "verslag.v2.pdf"),
        ("verslag", "docx", "verslag.docx"),
        ("", "pdf", "file.pdf"),
        ("één plan.pdf", "pdf", "één plan.pdf"),
    ],
)
def test_a_file_name_is_made_safe(given_name: str, extension: str | None, safe: str) -> None:
    assert safe_filename(given_name, extension) == safe


@given(st.text(), st.sampled_from([None, *EXTENSIONS.values()]))
def test_any_name_becomes_a_short_name_without_folders(name: str, extension: str | None) -> None:
    safe = safe_filename(name, extension)
    assert 0 < len(safe) <= 120 and len(safe.encode()) <= 255
    assert not any(c in '/\\<>:"|?*' or ord(c) < 32 for c in safe)
    assert safe not in (".", "..") and safe == safe_filename(safe, extension)
    if extension:
        assert (
            safe.lower().replace("jpeg", "jpg").replace("jpe", "jpg").replace(".text", ".txt").endswith(f".{extension}")
        )


def test_a_long_name_keeps_its_extension() -> None:
    assert safe_filename("a" * 300 + ".docx", "docx") == "a" * 115 + ".docx"
    assert safe_filename("🙂" * 300, "jpg").endswith("🙂.jpg")


@pytest.mark.parametrize(
    "name",
    [
        "klas2b_milan.jpg",
        "Klas 2B.jpg",
        "groep-8-kamp.png",
        "groep_a.docx",
        "foto 4 havo.jpg",
        "havo4 excursie.jpg",
        "4vwo_b.jpg",
        "h4b-presentatie.pptx",
        "2b_milan.jpg",
        "leerling_milan.pdf",
        "Leerling Noor de Vries.docx",
        "mentorkind-Zoë.txt",
    ],
)
def test_a_name_with_a_class_or_a_pupil_is_noticed(name: str) -> None:
    assert name_hint(name)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_2041.jpg",
        "leerling_A.jpg",
        "leerling in beeld.docx",
        "leerling van de maand.pdf",
        "leerlingenraad.pdf",
        "klassenbezoek.docx",
        "groepsfoto.jpg",
        "werkgroep 3.pdf",
        "3d-print.jpg",
        "verslag-2026-11-03.pdf",
        "plan van aanpak.docx",
        "lesontwerp v2.docx",
        "",
    ],
)
def test_an_ordinary_name_is_left_alone(name: str) -> None:
    assert not name_hint(name)
