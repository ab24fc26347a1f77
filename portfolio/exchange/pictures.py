"""Whether a picture is bare: only what is needed to draw it, as our own writer leaves it.

A picture that comes back in an archive keeps its very bytes when it is bare. Anything else may hold a place, a time or
hidden text, and is written anew, as at upload.
"""

from __future__ import annotations

import struct

_JPEG_PLAIN = {0xDB, 0xC0, 0xC1, 0xC2, 0xC4, 0xDD}
_PNG_PLAIN = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_WEBP_PLAIN = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}


def is_bare(data: bytes) -> bool:
    """Return whether these bytes are a JPEG, PNG or WebP picture without metadata, and with nothing after its end."""
    try:
        if data.startswith(b"\xff\xd8"):
            return _is_bare_jpeg(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _is_bare_png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _is_bare_webp(data)
    except (IndexError, struct.error):
        pass
    return False


def _is_bare_jpeg(data: bytes) -> bool:
    at = 2
    while True:
        if data[at] != 0xFF:
            return False
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2 == len(data)
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if marker == 0xE0:
            if data[at + 4 : at + 9] != b"JFIF\0" or length != 16:  # longer: with a small picture inside
                return False
        elif marker != 0xDA and marker not in _JPEG_PLAIN:
            return False
        at += 2 + length
        if marker == 0xDA:
            at = _end_of_scan(data, at)


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise IndexError("no marker after the scan")
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _is_bare_png(data: bytes) -> bool:
    at = 8
    while True:
        (length,) = struct.unpack(">L", data[at : at + 4])
        name = data[at + 4 : at + 8]
        if name not in _PNG_PLAIN:
            return False
        at += 12 + length
        if name == b"IEND":
            return bool(length == 0 and at == len(data))


def _is_bare_webp(data: bytes) -> bool:
    (whole,) = struct.unpack("<L", data[4:8])
    at = 12
    while at < len(data):
        name = data[at : at + 4]
        (length,) = struct.unpack("<L", data[at + 4 : at + 8])
        if name not in _WEBP_PLAIN:
            return False
        at += 8 + length + length % 2
    return bool(at == len(data) == whole + 8)
