"""One merged catalogue, the reader's language, and dates as that language writes them."""

import datetime as dt
from pathlib import Path

import pytest

from portfolio import i18n
from portfolio.i18n import Catalogue, CatalogueError, gettext, lazy_gettext, ngettext, speaking

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.fixture(autouse=True)
def own_catalogue(monkeypatch):
    monkeypatch.setattr(i18n, "_dutch", i18n._dutch)  # put back afterwards


def po(folder: Path, *messages: str) -> Path:
    (folder / "translations").mkdir(parents=True)
    (folder / "translations" / "nl.po").write_text(HEAD + "\n\n".join(messages) + "\n")
    return folder


HERON = 'msgid "Heron"\nmsgstr "Reiger"'
COUNT = 'msgid "%(num)s heron"\nmsgid_plural "%(num)s herons"\nmsgstr[0] "%(num)s reiger"\nmsgstr[1] "%(num)s reigers"'


def test_what_has_no_dutch_stays_english_and_english_is_the_message_itself(tmp_path):
    i18n.load_catalogues([po(tmp_path / "a", HERON), tmp_path / "nothing here"])
    with speaking("nl"):
        assert (gettext("Heron"), gettext("Crane")) == ("Reiger", "Crane")
    with speaking("en"):
        assert gettext("Heron") == "Heron"


def test_an_unknown_language_is_dutch_and_the_former_comes_back(tmp_path):
    i18n.load_catalogues([po(tmp_path / "a", HERON)])
    with speaking("en"):
        with speaking("xx"):
            assert gettext("Heron") == "Reiger"
        assert i18n.language() == "en"


def test_numbers_have_their_own_forms(tmp_path):
    i18n.load_catalogues([po(tmp_path / "a", COUNT)])
    for code, words in (("nl", ["0 reigers", "1 reiger", "2 reigers"]), ("en", ["0 herons", "1 heron", "2 herons"])):
        with speaking(code):
            assert [ngettext("%(num)s heron", "%(num)s herons", number) for number in range(3)] == words


def test_a_message_is_translated_when_it_is_shown(tmp_path):
    lazy = lazy_gettext("Heron")
    i18n.load_catalogues([po(tmp_path / "a", HERON)])
    with speaking("nl"):
        assert str(lazy) == f"{lazy}" == "Reiger" and lazy + "s" == "Reigers"
    assert lazy_gettext("<b> %(name)s", name="&").__html__() == "&lt;b&gt; &amp;"


def test_two_catalogues_may_agree(tmp_path):
    assert len(i18n.load_catalogues([po(tmp_path / "a", HERON), po(tmp_path / "b", HERON, COUNT)])) == 2


def test_two_that_disagree_are_an_error_that_names_both(tmp_path):
    catalogue = Catalogue()
    catalogue.load(po(tmp_path / "a", HERON) / "translations" / "nl.po")
    with pytest.raises(CatalogueError, match=r"'Heron'.*Reiger.*a/translations.*Kraanvogel.*b/translations"):
        catalogue.load(po(tmp_path / "b", HERON.replace("Reiger", "Kraanvogel")) / "translations" / "nl.po")


def test_what_is_unfinished_does_not_count(tmp_path):
    unsure = "#, fuzzy\n" + HERON
    assert len(i18n.load_catalogues([po(tmp_path / "a", unsure, 'msgid "Crane"\nmsgstr ""')])) == 0


def test_days_and_moments_are_written_as_people_do():
    moment = dt.datetime(2026, 11, 3, 23, 30, tzinfo=dt.UTC)
    with speaking("nl"):
        assert i18n.show_day(dt.date(2026, 11, 3)) == "3 november 2026"
        assert i18n.show_day(moment) == "4 november 2026", "the day in Amsterdam"
        assert i18n.show_instant(moment) == "4 november 2026, 00:30"
    with speaking("en"):
        assert i18n.show_day(dt.date(2026, 11, 3)) == "3 November 2026"
    assert (i18n.show_day(None), i18n.show_instant(None)) == ("", "")
    assert i18n.show_school_year(dt.date(2026, 8, 1)) == "2026–2027"
