"""Names of files that people bring along: made safe to store and send, and looked at for pupils' names and classes."""

import re
import unicodedata

from portfolio.markdown import clean

MAX_NAME = 120

_SAME_EXTENSION = {"jpeg": "jpg", "jpe": "jpg", "text": "txt"}
_MEDIA_EXTENSION = re.compile(
    "jpe?g|jpe|png|webp|gif|heic|pdf|te?xt|md|csv|docx|xlsx|pptx|odt|html?|svg", re.IGNORECASE
)


def split_extension(name: str) -> tuple[str, str]:
    """Return the name before its last dot and the extension after it; ("name", "") when that is no extension."""
    stem, dot, extension = name.rpartition(".")
    return (stem, extension) if dot and stem and len(extension) <= 10 and extension.isalnum() else (name, "")


def safe_filename(name: str, extension: str | None = None) -> str:
    """Return `name` as a file name that is safe on every system: no folders, no control characters, at most 120 long.

    With `extension` (no dot, the one `inspect_upload` gave) the name ends in it, whatever it ended in.
    """
    name = re.split(r"[/\\]", clean(name))[-1]
    name = re.sub(r"[\n\t]", " ", re.sub(r'[<>:"|?*\u200b-\u200f]', "", name))
    stem, given = split_extension(" ".join(name.split()).strip(". "))
    if extension is not None:
        same = _SAME_EXTENSION.get(given.lower(), given.lower()) == extension
        if not same:
            # "foto.png" that is a JPEG becomes "foto.jpg"; "verslag.v2" keeps its own dot
            stem = f"{stem}.{given}" if given and not _MEDIA_EXTENSION.fullmatch(given) else stem
            given = extension
    ending = f".{given}" if given else ""
    stem = stem[: MAX_NAME - len(ending)]
    while len(f"{stem}{ending}".encode()) > 200:  # folders and zip files count bytes, and stop at 255
        stem = stem[:-1]
    stem = stem.rstrip(". ") or "file"
    if re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", stem.partition(".")[0], re.IGNORECASE):
        stem = f"_{stem}"
    return f"{stem}{ending}"


_CLASS_OR_PUPIL = re.compile(
    r"""
    \b(?:klas|groep|mentorklas|brugklas|class|group)\s?(?:\d|[a-h]\b)       # klas2b, groep 8, klas_a
    | \b(?![23]d\b)[1-6]\s?(?:vmbo|mavo|havo|vwo|gym|tl|bb|kb|gt)?[a-h]\d?\b  # 2b, 4havo b (but not 3d)
    | \b[1-6]\s?(?:vmbo|mavo|havo|vwo|gymnasium|atheneum)\b                 # 4 havo
    | \b(?:vmbo|mavo|havo|vwo|gymnasium|atheneum|brugklas)\s?[1-6]          # havo 4
    | \b[hvam][1-6][a-h]\b                                                  # h4b
    | \b(?:leerling|mentorleerling|mentorkind|pupil|student)\s(?!van\b|en\b|aan\b|met\b|in\b|bij\b|over\b)[^\W\d]{2,}
    """,
    re.VERBOSE,
)


def name_hint(filename: str) -> bool:
    """Return whether a file name looks as if it holds a pupil's class or name, like `klas2b_milan.jpg`.

    Four patterns, each a reason to ask and never to refuse: the word klas or groep with a number or letter; a class as
    schools write it (2b, h4b, 4 havo, havo 4); leerling, mentorkind and the like with a name of two letters or more
    ("leerling A" is how we ask people to write it). A first name by itself isn't seen: it would take a list of names.
    """
    stem = unicodedata.normalize("NFKD", split_extension(filename)[0].lower())
    words = re.sub(r"[\W_]+", " ", "".join(c for c in stem if not unicodedata.combining(c)))
    return _CLASS_OR_PUPIL.search(words) is not None
