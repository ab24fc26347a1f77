"""From a page to a PDF: tagged, with our own files alone, and nothing fetched whatever the page names."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pikepdf
import pytest
from PIL import Image

from portfolio.exchange import printing
from portfolio.exchange.printing import HERE, NoPrinter, PrintFile, for_paper, make_pdf
from portfolio.i18n import gettext as _
from portfolio.markdown import render

STATIC = Path(__file__).resolve().parents[3] / "themes" / "base" / "static"

WRITTEN = """# Kop

- een
  - twee
1. drie

> gezegd

`code` en [verwijzing](https://example.org/x)

| a | b |
| - | - |
| c | d |

---

Ayşe en محمد
"""


class Trap(BaseHTTPRequestHandler):
    """Notes who comes by."""

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Not on the terminal."""


@pytest.fixture
def trap() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def find_static(theme: str, path: str) -> Path | None:
    found = STATIC / path
    return found if theme == "base" and found.is_relative_to(STATIC) and found.is_file() else None


def page(body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Een blad</title>'
        '<link rel="stylesheet" href="/static/base/0/fonts.css">'
        '<link rel="stylesheet" href="/static/base/0/paper.css">'
        f"{head}</head><body><h1>Een blad</h1>{body}</body></html>"
    )


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, kind)
    return out.getvalue()


def test_no_request_leaves_and_no_file_gets_in(trap: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("/* geheim */")
    out, here = f"http://127.0.0.1:{trap.server_port}", secret.as_uri()
    ways = [
        '<img src="{0}" alt="x">', '<object data="{0}"></object>', '<embed src="{0}">', '<iframe src="{0}"></iframe>',
        '<p style="background: url({0})">x</p>', '<div style="list-style-image: url({0}); display: list-item">x</div>',
        '<a rel="attachment" href="{0}">x</a>', '<link rel="attachment" href="{0}">',
        '<svg width="9" height="9"><image href="{0}" width="9" height="9"/><use href="{0}#a"/></svg>',
        '<img alt="x" src="data:image/svg+xml,<svg xmlns=\'http://www.w3.org/2000/svg\'><image href=\'{0}\'/></svg>">',
        '<input type="image" src="{0}">', '<video poster="{0}"></video>', '<p>\u200b<img srcset="{0} 2x" alt="x"></p>',
    ]  # fmt: skip
    heads = [
        '<link rel="stylesheet" href="{0}">', '<link rel="attachment" href="{0}" title="x">',
        "<style>@import '{0}';</style>",
        "<style>@font-face {{ font-family: f; src: url({0}) }} p {{ font-family: f }}</style>",
        "<style>@page {{ background: url({0}) }} p::before {{ content: url({0}) }}</style>",
    ]  # fmt: skip
    for target in (f"{out}/img", here, f"{HERE}.evil.example/x", f"//127.0.0.1:{trap.server_port}/x"):
        body, head = ("".join(way.format(target) for way in found) for found in (ways, heads))
        made = make_pdf(page(body, head), {}, find_static)
        assert b"geheim" not in made
        with pikepdf.open(io.BytesIO(made)) as pdf:
            assert not list(pdf.attachments) and "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
            assert not any(a.get("/Subtype") == "/FileAttachment" for p in pdf.pages for a in p.get("/Annots", []))
    based = "".join(f'<link rel="{rel}" href="secret.css">' for rel in ("stylesheet", "attachment"))
    based = f'<base href="{tmp_path.as_uri()}/">{based}'
    with pikepdf.open(io.BytesIO(make_pdf(page("<p>x</p>", based), {}, find_static))) as pdf:
        assert not list(pdf.attachments)
    written = f"![x]({out}/md)\n\n<img src={out}/html>\n\n<link rel=attachment href={here}>"
    make_pdf(page(render(written)), {}, find_static)
    assert trap.seen == []


def test_without_the_fetcher_the_trap_would_have_seen_it(trap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.urls import URLFetcher

    monkeypatch.setattr(printing, "_fetcher", lambda files, find: URLFetcher(timeout=5))
    make_pdf(page(f'<img src="http://127.0.0.1:{trap.server_port}/img" alt="x">'), {}, find_static)
    assert "/img" in trap.seen


def test_static_files_stay_within_the_theme() -> None:
    asked: list[tuple[str, str]] = []

    def find(theme: str, path: str) -> Path | None:
        asked.append((theme, path))
        return None

    make_pdf('<title>x</title><img src="/static/base/0/a.png"><img src="/files/1"><img src="/static/base">', {}, find)
    assert asked == [("base", "a.png")]


def test_a_page_with_everything_people_write_has_no_error(tmp_path: Path) -> None:
    files = {"/files/handed-over/1": PrintFile(picture(), "image/png")}
    rows = "".join(f"<div><dt>{term}</dt><dd>Dit</dd></div>" for term in ("Wie", "Wat"))
    facts = f"<dl>{rows}</dl><dl><dt>a</dt><dd>b</dd></dl>"
    shown = "".join(f'<p><img src="/files/handed-over/1" alt="{alt}"></p>' for alt in ("Een bord", ""))
    body = f"<h2>Tekst</h2>{render(WRITTEN)}{facts}{shown}"
    path = tmp_path / "page.pdf"
    path.write_bytes(make_pdf(page(body), files, find_static))
    found = outloud.check(str(path))
    assert (found.errors, found.error) == (0, None), found.findings
    assert [one for one in pdfua.validate(str(path)).findings if one.severity.name == "ERROR"] == []
    with pikepdf.open(path) as pdf:
        elements = [element for element, _above in printing._elements(pdf.Root.StructTreeRoot)]
        alts = [str(one.Alt) for one in elements if one.S == "/Figure"]
        assert sorted(alts) == sorted(["Een bord", _("Picture without a description")])
        assert pdf.Root.ViewerPreferences.DisplayDocTitle and str(pdf.Root.Lang) == "nl"
        fonts = {str(font.BaseFont) for p in pdf.pages for font in p.Resources.Font.values()}
        assert any("Literata" in name for name in fonts) and any("Atkinson" in name for name in fonts)


def test_the_checkers_do_find_what_is_put_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_put_right", lambda made, unnamed: made)
    path = tmp_path / "page.pdf"
    table = "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>"
    path.write_bytes(make_pdf(page(f"{table}<dl><div><dt>a</dt><dd>b</dd></div></dl>"), {}, find_static))
    assert outloud.check(str(path)).errors > 0


def test_large_pictures_are_made_as_large_as_paper_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    large, small = picture("JPEG", (2400, 1600)), picture()
    files = {"large": PrintFile(large, "image/jpeg"), "small": PrintFile(small, "image/png")}
    assert for_paper(files) == files
    monkeypatch.setattr(printing, "ROOM", 1_000_000)
    made = for_paper(files)
    assert made["small"] == files["small"] and made["large"].media_type == "image/jpeg"
    assert len(made["large"].data) < len(files["large"].data) / 2
    with Image.open(io.BytesIO(made["large"].data)) as shown:
        assert max(shown.size) == 1200
    graphic = PrintFile(picture("PNG", (900, 900)), "image/png")
    assert for_paper({"graphic": graphic})["graphic"].media_type == "image/jpeg"


def test_where_pango_is_missing_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def missing(name: str, *args: Any, **more: Any) -> Any:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'\nAnd more")
        return real(name, *args, **more)

    printing.why_no_printer.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(builtins, "__import__", missing)
        why = printing.why_no_printer()
        assert "Pango" in why and "libpango" in why and "\n" not in why
        with pytest.raises(NoPrinter):
            make_pdf(page("<p>x</p>"), {}, find_static)
    printing.why_no_printer.cache_clear()
    assert printing.why_no_printer() == ""
