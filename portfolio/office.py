"""Look inside an office document without opening it: which kind is it really, and does it carry a program or a bomb?

These files are zip containers. Each is read once, whole, with a limit, so that what its list of contents says is true.
"""

import re
import zipfile
import zlib
from io import BytesIO
from xml.etree import ElementTree

MAX_UNPACKED = 100 * 1024 * 1024
MAX_MEMBERS = 3000

_OOXML = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    f"{_OOXML}wordprocessingml.document": "word/document.xml",
    f"{_OOXML}spreadsheetml.sheet": "xl/workbook.xml",
    f"{_OOXML}presentationml.presentation": "ppt/presentation.xml",
}
_ODT = "application/vnd.oasis.opendocument.text"
_MACRO_PLACES = re.compile(r"vbaproject|/macrosheets/|/activex/|^basic/|^scripts/|\.(?:doc|dot|xls|xlt|ppt|pot|pps)m$")


class OfficeProblem(Exception):
    """The container can't be trusted; `reason_code` is one of broken, protected, macros, too_large."""

    def __init__(self, reason_code: str) -> None:
        super().__init__(reason_code)
        self.reason_code = reason_code


def find_office_type(data: bytes) -> str | None:
    """Return the media type of a docx, xlsx, pptx or odt, or None for another zip file. Raises OfficeProblem."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as container:
            _check_members(container)
            return _find_odt(container) or _find_ooxml(container)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, OSError) as problem:
        raise OfficeProblem("broken") from problem
    except (NotImplementedError, RuntimeError, ValueError, KeyError) as problem:  # odd compression, encryption, text
        raise OfficeProblem("broken") from problem


def _check_members(container: zipfile.ZipFile) -> None:
    members = container.infolist()
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise OfficeProblem("too_large")
    if any(member.flag_bits & 0x1 for member in members):
        raise OfficeProblem("protected")
    if any(_MACRO_PLACES.search(name.lower()) for name in names):
        raise OfficeProblem("macros")
    strange = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
    usual = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if strange or len(set(names)) != len(names) or any(member.compress_type not in usual for member in members):
        raise OfficeProblem("broken")
    # Reads each member to its stated size and checks its sum, so a list that lies about sizes is found out.
    if container.testzip() is not None:
        raise OfficeProblem("broken")


def _find_odt(container: zipfile.ZipFile) -> str | None:
    first = container.infolist()[0] if container.infolist() else None
    if first is None or first.filename != "mimetype" or container.read(first).decode("ascii") != _ODT:
        return None
    container.getinfo("content.xml")
    return _ODT


def _find_ooxml(container: zipfile.ZipFile) -> str | None:
    if "[Content_Types].xml" not in container.namelist():
        return None
    text = container.read("[Content_Types].xml").decode("utf-8-sig")
    if "<!" in text:  # no document type, so no entities to blow up or to hide behind
        raise OfficeProblem("broken")
    parts = list(ElementTree.fromstring(text))
    if any(re.search("macroenabled|vbaproject", part.get("ContentType", ""), re.IGNORECASE) for part in parts):
        raise OfficeProblem("macros")
    types = {part.get("PartName", "").lstrip("/"): part.get("ContentType", "") for part in parts}
    for media_type, main_part in _MAIN_PARTS.items():
        if types.get(main_part) == f"{media_type}.main+xml":
            container.getinfo(main_part)
            return media_type
    return None
