"""Text that people write: cleaned when it comes in, safe HTML on save, plain words for lists and mail.

Two gates stand one behind the other. markdown-it-py never lets HTML through; nh3 then keeps an allow-list of tags and
attributes, so a fault in the first isn't a hole. A person's words stay: what the parser would swallow is shown as text,
and a text that would cost too much work as plain paragraphs. What does go: addresses that aren't allowed, titles of
links, cells beyond a table's header. The budget counts steps, not seconds, so that a text gives the same page on every
machine.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from html import escape
from uuid import UUID

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

RENDERER_VERSION: int = 1
"""Goes up whenever `render` would give another answer for the same text; what an older version made is made again."""

OwnImage = Callable[[str], str | None]
"""From the id of an attachment, as `str(UUID)`, to its address; None when the text may not show it."""

MAX_NESTING = 20
MAX_STEPS = 20_000
MAX_ACCENTS = 30

# fmt: off
ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}
# fmt: on
# Without "*" nh3 would let `title` and `lang` through on every tag.
ALLOWED_ATTRIBUTES = {"*": set[str](), "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}
LINK_REL = "noopener noreferrer nofollow"

_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls but tab and newline; direction overrides, embeddings and isolates; the byte order mark; lone surrogates;
# non-characters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Normalising is quadratic in a run of accents (20 s for 100 kB); Unicode's stream-safe format allows thirty too.
_ACCENT_RUN = re.compile(
    "([{0}]{{{1}}})[{0}]+".format(
        "".join(c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.combining(c)), MAX_ACCENTS
    )
)


def clean(text: str) -> str:
    """Return text as it is kept, for every text that comes in, by form or by import.

    Line ends become LF, the form NFC; control characters (but tab and newline), direction overrides and what no
    database can hold go out. Joiners in emoji and scripts stay. Cleaning twice changes nothing.
    """
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENT_RUN.sub(r"\1", text))


def render(text: str, *, own_image: OwnImage | None = None) -> str:
    """Return `text` (Markdown) as sanitised HTML that may be wrapped in `Markup`, under a page's own h1 and h2.

    Images are shown only as `![alt](attachment:<uuid>)` and only when `own_image` gives an address for the id; any
    other image becomes a link or its alternative text. Raises nothing, whatever the text.
    """
    text = clean(text)
    env: EnvType = {"own_image": own_image, "own_urls": set()}
    try:
        html = _parser.render(text, env)
    except (_TooMuchWork, RecursionError):
        html = "".join(f"<p>{escape(part)}</p>\n" for part in _paragraphs(text)).replace("\n</p>", "</p>")
        html = re.sub(r"\n(?!<p>|$)", "<br>\n", html)
    # Once more: `&#8238;` has become the direction override that `clean` took out.
    return _sanitise(_UNWANTED.sub("", html), own_urls=env["own_urls"])


def plain(text: str) -> str:
    """Return `text` (Markdown) as plain text for search, lists and mail: the words without the marks."""
    text = clean(text)
    try:
        tokens = _parser.parse(text, {"own_image": None, "own_urls": set()})
    except (_TooMuchWork, RecursionError):
        return "\n\n".join(_paragraphs(text))
    return re.sub(r"\n{3,}", "\n\n", clean("".join(_plain_parts(tokens)))).strip()


def excerpt(text: str, length: int = 160) -> str:
    """Return the first words of `text` (Markdown) on one line of at most `length` characters, "…" included."""
    words = " ".join(plain(text[: 20 * length + 2000]).split())
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    if not words[length - 1].isspace() and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:–-") + "…"


class _TooMuchWork(Exception):
    """The text nests too deeply or asks for more steps than a person's text ever does."""


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text) if part.strip()]


def _sanitise(html: str, *, own_urls: set[str]) -> str:
    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            return value if _SAFE_LINK.match(value) else None
        if attribute == "src":
            return value if value in own_urls else None
        if attribute == "start":
            return value if value.isascii() and value.isdigit() else None
        return value

    return nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto"},
        link_rel=LINK_REL,
    )


def _spend(env: EnvType, steps: int = 1) -> None:
    env["steps"] = env.get("steps", 0) + steps
    if env["steps"] > MAX_STEPS:
        raise _TooMuchWork


def _count_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # A list takes two levels at once. Beyond MAX_NESTING the parser would silently drop the text, so stop just before.
    if state.level >= MAX_NESTING - 2 or len(state.tokens) > MAX_STEPS:
        raise _TooMuchWork
    _spend(state.env)
    return False


def _count_blocks(state: StateCore) -> None:
    if len(state.tokens) > MAX_STEPS:
        raise _TooMuchWork


def _count_inline(state: StateInline, silent: bool) -> bool:
    _spend(state.env, 3 if state.src[state.pos] == "<" else 1)  # an address takes about three times as long
    return False


def _make_safe(state: StateCore) -> None:
    """Shift headings below the page's own, and keep only the links and images that `render` promises."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        elif token.type == "inline" and token.children:
            token.children = list(_safe_inline(token.children, state.env))


def _safe_inline(tokens: Sequence[Token], env: EnvType) -> Iterator[Token]:
    open_links: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            open_links.append(bool(_SAFE_LINK.match(str(token.attrGet("href")))))
            if not open_links[-1]:
                continue
        elif token.type == "link_close":
            if not open_links.pop():
                continue
        elif token.type == "image":
            yield from _safe_image(token, env, inside_link=any(open_links))
            continue
        yield token


def _safe_image(token: Token, env: EnvType, *, inside_link: bool) -> Iterator[Token]:
    source = str(token.attrGet("src"))
    alt = Token("text", "", 0, content="".join(_plain_inline(token.children or ())))
    url = _own_url(source, env["own_image"])
    if url is not None:
        env["own_urls"].add(url)
        token.attrs = {"src": url, "alt": ""}  # the renderer fills alt from the children
        yield token
    elif _SAFE_LINK.match(source) and not inside_link:
        alt.content = alt.content or source
        yield Token("link_open", "a", 1, attrs={"href": source})
        yield alt
        yield Token("link_close", "a", -1)
    else:
        yield alt


def _own_url(source: str, own_image: OwnImage | None) -> str | None:
    scheme, _, given = source.partition(":")
    if own_image is None or scheme.lower() != "attachment":
        return None
    try:
        return own_image(str(UUID(given)))
    except ValueError:
        return None


def _plain_parts(tokens: Sequence[Token]) -> Iterator[str]:
    numbers: list[int | None] = []
    for place, token in enumerate(tokens):
        match token.type:
            case "inline":
                yield "".join(_plain_inline(token.children or ()))
            case "fence":
                yield token.content + "\n"
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_open":
                numbers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
                yield "\n" if not numbers else ""
            case "list_item_open":
                number = numbers[-1]
                yield "  " * (len(numbers) - 1) + ("- " if number is None else f"{number}. ")
                numbers[-1] = None if number is None else number + 1
            case "paragraph_close":
                yield "\n" if token.hidden or numbers else "\n\n"
            case "heading_close" | "table_close":
                yield "\n\n"
            case "th_close" | "td_close" if tokens[place + 1].type != "tr_close":
                yield " | "
            case "tr_close":
                yield "\n"


def _plain_inline(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.type == "image":
            yield from _plain_inline(token.children or ())
        else:
            yield token.content


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    # Writers who don't know Markdown lose text or looks by these: "[Noot]: dit" vanishes, a line of dashes under a
    # sentence makes it a heading, an indented paragraph becomes code.
    parser.disable(["reference", "lheading", "code"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # `_make_safe` decides, and keeps the words
    parser.block.ruler.before("table", "count_line", _count_line, {"alt": ["paragraph", "blockquote", "list"]})
    parser.inline.ruler.before("text", "count_inline", _count_inline)
    parser.core.ruler.after("block", "count_blocks", _count_blocks)
    parser.core.ruler.push("make_safe", _make_safe)
    return parser


_parser = _build_parser()
