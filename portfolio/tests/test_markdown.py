"""Text that people write: nothing hostile comes out, and nothing they wrote gets lost."""

import json
import re
import unicodedata
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.markdown import _sanitise, clean, excerpt, plain, render

PHOTO = "0190163d-8694-739b-aea5-966c26f8ad90"
PHOTO_URL = f"/p/fenna/attachment/{PHOTO}"
HOSTILE = Path(__file__).parent / "hostile_markdown"
CORPUS = [text for file in sorted(HOSTILE.glob("*.json")) for text in json.loads(file.read_text())]
TAGS = set(
    "a blockquote br code em h3 h4 h5 h6 hr img li ol p pre s strong table tbody td th thead tr ul".split()  # noqa: SIM905
)
VOID = {"br", "hr", "img"}
OVERRIDES = set(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def own_image(attachment: str) -> str | None:
    return PHOTO_URL if attachment == PHOTO else None


class Checker(HTMLParser):
    """Says of each tag, attribute and character what is wrong, by its own list and not by the renderer's."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        if len(dict(attrs)) != len(attrs):
            self.faults.append(f"attribute twice in {attrs}")
        for name, value in attrs:
            if not self.allowed(tag, name, value or ""):
                self.faults.append(f"{tag} {name}={value!r}")
        if tag == "a" and ("rel" not in dict(attrs) or "a" in self.open):
            self.faults.append("a without rel, or in another")
        if tag not in VOID:
            self.open.append(tag)

    def allowed(self, tag: str, name: str, value: str) -> bool:
        match tag, name:
            case "a", "href":
                return re.fullmatch(r"(https?://|mailto:)[!-~]+", value, re.IGNORECASE) is not None and '"' not in value
            case "a", "rel":
                return value == "noopener noreferrer nofollow"
            case "img", "src":
                return value == PHOTO_URL
            case "img", "alt":
                return True
            case "ol", "start":
                return re.fullmatch(r"\d{1,9}", value) is not None
        return False

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        for character in data:
            if character in OVERRIDES or (unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"):
                self.faults.append(f"character {character!r}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def check(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    checker.close()
    checker.faults += [f"<{tag}> stays open" for tag in checker.open]
    return checker


def faults(html: str) -> list[str]:
    return check(html).faults


def test_the_corpus_is_there() -> None:
    assert len(set(CORPUS)) == len(CORPUS) >= 120


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_a_hostile_text_comes_out_harmless_and_the_words_around_it_stay(text: str) -> None:
    html = render(f"Voor het gevaar\n\n{text}\n\n\nNa het gevaar", own_image=own_image)
    checked = check(html)
    assert checked.faults == []
    assert "Voor het gevaar" in "".join(checked.text) and "Na het gevaar" in "".join(checked.text)
    assert faults(render(text, own_image=own_image)) == []


@pytest.mark.parametrize("text", json.loads((HOSTILE / "html.json").read_text()))
def test_html_is_shown_as_the_text_it_is(text: str) -> None:
    shown = "".join(check(render(text)).text)
    marks = r"[\s`\\\ufffd]"
    assert re.sub(marks, "", shown) == re.sub(marks, "", clean(unescape(text)))


@pytest.mark.parametrize("text", [text for text in CORPUS if re.match(r"\[klik\]\([^ <>]+\)$", text)])
def test_the_words_of_a_link_stay_where_its_address_may_not(text: str) -> None:
    assert "klik" in "".join(check(render(text)).text)


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick='x'>a</p>",
        "<p id=x>a</p>",
        "<p class=x>a</p>",
        "<p style=x>a</p>",
        "<p title=x>a</p>",
        "<h1>a</h1>",
        "<h2>a</h2>",
        "<svg></svg>",
        "<math></math>",
        "<p><style>a</style></p>",
        "<a href='https://x.example'>a</a>",
        "<a href='javascript:x' rel='noopener noreferrer nofollow'>a</a>",
        "<a href='//x.example' rel='noopener noreferrer nofollow'>a</a>",
        "<a href='/x' rel='noopener noreferrer nofollow'>a</a>",
        "<a href='https://x.example' rel='noopener noreferrer nofollow' target=_blank>a</a>",
        "<img src='https://x.example/a.png' alt=x>",
        "<img src='/p/fenna/attachment/another' alt=x>",
        f"<img src='{PHOTO_URL}' alt=x onerror=x>",
        f"<img src='{PHOTO_URL}' srcset=x>",
        "<!-- x -->",
        "<![CDATA[x]]>",
        "<?x?>",
        "<!doctype html>",
        "<p>a",
        "a</p>",
        "<p><em>a</p></em>",
        "<ol start=-1></ol>",
        "<p>a\u202eb</p>",
        "<p>a&#8238;b</p>",
        "<p>a\x1bb</p>",
        "<code class=language-js>a</code>",
        "<td style='text-align:left'>a</td>",
    ],
)
def test_the_checker_sees_planted_faults(html: str) -> None:
    assert faults(html) != []


@given(
    st.lists(
        st.sampled_from(
            [*"[]()<>!*_`~|#-&:;\"'\\/\n \t=1.ax", "](javascript:", "<script>", "\n> ", "\n- ", "&#x6a;", "<!--"]
        )
    )
)
def test_no_mixture_of_marks_comes_out_harmful(parts: list[str]) -> None:
    assert faults(render("".join(parts), own_image=own_image)) == []


@given(st.text())
def test_any_text_is_rendered_and_read(text: str) -> None:
    assert faults(render(text)) == []
    assert clean(plain(text)) == plain(text)
    assert len(excerpt(text, 20)) <= 20


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=1), st.text(st.characters(categories=["L", "N"]), min_size=1)
)
def test_words_stay_words(first: str, second: str) -> None:
    text = clean(f"x{first}\n\nx{second}")
    assert render(text) == f"<p>{text.partition(chr(10))[0]}</p>\n<p>{text.rpartition(chr(10))[2]}</p>\n"
    assert plain(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "![" * 20_000,
        ">" * 20_000,
        "> " * 20_000,
        "- " * 10_000 + "x",
        "*a" * 50_000,
        "<a@b>" * 20_000,
        "|\n" * 2 + "a|b\n-|-\n" + "|\n" * 30_000,
        "|a" * 5000 + "\n" + "|-" * 5000 + "\n" + ("|a" * 5000 + "\n") * 10,
        "> " * 15 + "a\n" + "b\n" * 20_000,
        '[a](b "' * 14_000,
        "[a](" * 20_000,
        "```\n" * 25_000,
        "# a\n" * 25_000,
        "<!--" * 20_000,
        "a" + "\u0300\u0316" * 50_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_a_text_made_to_be_slow_ends_as_a_harmless_page(text: str) -> None:
    assert faults(render(text)) == []
    assert isinstance(plain(text), str)


@pytest.mark.parametrize(
    "text", ["- " * 30 + "diep", "> " * 30 + "diep", "\n".join("  " * n + f"- diep{n}" for n in range(40))]
)
def test_a_text_that_nests_too_deep_loses_no_word(text: str) -> None:
    html, words = render(text), plain(text)
    assert html.startswith("<p>") and faults(html) == []
    for word in re.findall(r"diep\d*", text):
        assert word in html and word in words


def test_ten_levels_of_quotes_are_still_quotes() -> None:
    assert render("> " * 10 + "x").count("<blockquote>") == 10


def test_headings_stay_under_those_of_the_page() -> None:
    assert (
        render("# een\n\n## twee\n\n#### vier\n\n###### zes")
        == "<h3>een</h3>\n<h4>twee</h4>\n<h6>vier</h6>\n<h6>zes</h6>\n"
    )


def test_links_go_out_with_rel_and_without_target_or_title() -> None:
    rel = 'rel="noopener noreferrer nofollow"'
    assert render('[les](https://x.example "titel")') == f'<p><a href="https://x.example" {rel}>les</a></p>\n'
    assert render("<https://x.example>") == f'<p><a href="https://x.example" {rel}>https://x.example</a></p>\n'
    assert render("<a@b.example>") == f'<p><a href="mailto:a@b.example" {rel}>a@b.example</a></p>\n'
    assert render("[les](../x) [nee](javascript:x)") == "<p>les nee</p>\n"


def test_only_own_attachments_are_shown_as_images() -> None:
    shown = f'<p><img src="{PHOTO_URL}" alt="het krukje"></p>\n'
    assert render(f"![het krukje](attachment:{PHOTO})", own_image=own_image) == shown
    assert render(f"![het krukje](attachment:{PHOTO.upper()})", own_image=own_image) == shown
    assert render(f"![het krukje](attachment:{PHOTO})") == "<p>het krukje</p>\n"
    other = "ffffffff-ffff-4fff-8fff-ffffffffffff"
    assert render(f"![het krukje](attachment:{other})", own_image=own_image) == "<p>het krukje</p>\n"
    link = '<p><a href="https://x.example/a.png" rel="noopener noreferrer nofollow">het krukje</a></p>\n'
    assert render("![het krukje](https://x.example/a.png)", own_image=own_image) == link
    assert render(f"![het krukje]({PHOTO_URL})", own_image=own_image) == "<p>het krukje</p>\n"


def test_an_image_elsewhere_in_a_link_is_only_the_words_of_that_link() -> None:
    link = '<p><a href="https://b.example" rel="noopener noreferrer nofollow">x</a></p>\n'
    assert render("[![x](https://evil.example/a.png)](https://b.example)") == link


@pytest.mark.parametrize("html", [*json.loads((HOSTILE / "html.json").read_text()), '<img src="/p/another">'])
def test_the_second_gate_holds_without_the_first(html: str) -> None:
    assert faults(_sanitise(html, own_urls={PHOTO_URL})) == []


def test_a_heap_of_accents_is_cut_short() -> None:
    assert clean("a" + "\u0300\u0316" * 5000) == clean("a" + "\u0300\u0316" * 15)


def test_what_looks_like_markdown_by_accident_stays_what_it_was() -> None:
    assert render("[Milan]: ja") == "<p>[Milan]: ja</p>\n"
    assert render("Een zin\n---") == "<p>Een zin</p>\n<hr>\n"
    assert render("    ingesprongen") == "<p>ingesprongen</p>\n"
    assert render("regel een\nregel twee") == "<p>regel een<br>\nregel twee</p>\n"
    assert render("2026. Een goed jaar") == '<ol start="2026">\n<li>Een goed jaar</li>\n</ol>\n'


def test_lists_tables_and_code_are_set() -> None:
    assert render("- een\n- *twee*") == "<ul>\n<li>een</li>\n<li><em>twee</em></li>\n</ul>\n"
    assert "<td>1</td>" in render("a|b\n:-|-\n1|2") and "style" not in render("a|b\n:-|-\n1|2")
    assert render("```js\nx < y\n```") == "<pre><code>x &lt; y\n</code></pre>\n"


def test_plain_text_keeps_the_words_and_drops_the_marks() -> None:
    text = (
        "# Kop\n\nEen **sterk** [woord](https://x.example) en `code`.\nTweede regel\n\n- een\n- twee\n  1. drie\n\n"
        f"> gezegd\n\n![krukje](attachment:{PHOTO})\n\na|b\n-|-\n1|2\n\n```\nx\n```"
    )
    assert plain(text) == (
        "Kop\n\nEen sterk woord en code.\nTweede regel\n\n- een\n- twee\n  1. drie\n\n"
        "gezegd\n\nkrukje\n\na | b\n1 | 2\n\nx"
    )
    assert plain("&#8238;txt.exe &lt;b&gt;") == "txt.exe <b>"
    assert plain("") == excerpt("") == ""


def test_an_excerpt_ends_at_a_word() -> None:
    assert excerpt("# Kop\n\neen *twee* drie", 13) == "Kop een twee…"
    assert excerpt("# Kop\n\neen *twee* drie", 12) == "Kop een…"
    assert excerpt("een twee", 8) == "een twee"
    assert excerpt("a" * 50, 10) == "a" * 9 + "…"
    assert len(excerpt("woord " * 20_000)) <= 160


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("e\u0301", "é"),
        ("a\x00b\x1bc\x7f\x9b", "abc"),
        ("\u202eab\u202c\u2066c\u2069\ufeff", "abc"),
        ("tab\tblijft\n", "tab\tblijft\n"),
        ("👩\u200d🏫 mi\u200cx", "👩\u200d🏫 mi\u200cx"),
        ("\ud800a\uffff", "a"),
        ("e\x00\u0301", "é"),
    ],
)
def test_text_is_cleaned_on_the_way_in(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_changes_nothing_and_any_database_can_hold_it(text: str) -> None:
    kept = clean(text)
    assert clean(kept) == kept
    assert "\x00" not in kept and "\r" not in kept and kept.encode().decode() == kept
