"""Files that people bring along: real ones, damaged ones and hostile ones."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin
from werkzeug.http import parse_options_header

from portfolio.filenames import safe_filename
from portfolio.files import (
    EXTENSIONS,
    MAX_BYTES,
    REASONS,
    Accepted,
    RefusedFile,
    inspect_upload,
    serving_headers,
)

CANARY = b"Kanarie-Wolkenveld"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def picture(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Left half dark, right half light, so that a turn can be seen."""
    image = Image.new("RGB", size, (20, 30, 120))
    image.paste((240, 230, 200), (size[0] // 2, 0, size[0], size[1]))
    return image.convert(mode)


def written(image: Image.Image, form: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif_with_place(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = CANARY.decode()
    exif[0x8825] = {1: "N", 2: (52.0, 5.0, 12.0), 3: "E", 4: (5.0, 7.0, 30.0), 29: CANARY.decode()}
    return exif


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + CANARY


def opened(accepted: Accepted) -> Image.Image:
    image = Image.open(BytesIO(accepted.data))
    image.load()
    return image


def refusal(data: bytes, filename: str, **options: int) -> str:
    with pytest.raises(RefusedFile) as caught:
        inspect_upload(data, filename, **options)
    assert str(caught.value.message)
    return caught.value.reason_code


def content_types(main: str = f"{WORD}.main+xml", part: str = "/word/document.xml", more: str = "") -> str:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="{part}" ContentType="{main}"/>'
        f"{more}</Types>"
    )


def zipped(members: dict[str, str | bytes], **options: int) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as container:
        for name, data in members.items():
            container.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def docx(**more: str | bytes) -> dict[str, str | bytes]:
    return {"[Content_Types].xml": content_types(), "word/document.xml": "<w/>", **more}


def test_a_phone_photo_comes_out_without_place_profile_or_comments() -> None:
    data = written(
        picture(), "JPEG", exif=exif_with_place(), comment=CANARY, icc_profile=profile(), xmp=b"<x>" + CANARY + b"</x>"
    )
    data += CANARY  # behind the end of the picture
    assert data.count(CANARY) >= 5
    accepted = inspect_upload(data, "IMG_2041.JPG")
    assert (accepted.media_type, accepted.extension, accepted.cleaned) == ("image/jpeg", "jpg", True)
    assert (accepted.width, accepted.height) == (60, 40)
    assert CANARY not in accepted.data
    assert not opened(accepted).getexif()
    assert set(opened(accepted).info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }


def test_a_png_comes_out_without_texts_or_profile() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", CANARY.decode())
    info.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    data = written(picture(mode="RGBA"), "PNG", pnginfo=info, exif=exif_with_place(), icc_profile=profile())
    assert data.count(CANARY) >= 3
    accepted = inspect_upload(data, "schema.png")
    assert (accepted.media_type, accepted.extension) == ("image/png", "png")
    assert CANARY not in accepted.data
    assert opened(accepted).mode == "RGBA"
    assert opened(accepted).info == {}


def test_a_webp_comes_out_without_metadata_and_stays_a_webp() -> None:
    data = written(picture(), "WEBP", exif=exif_with_place(), xmp=CANARY, icc_profile=profile())
    accepted = inspect_upload(data, "foto.webp")
    assert (accepted.media_type, accepted.extension) == ("image/webp", "webp")
    assert b"EXIF" not in accepted.data and b"XMP " not in accepted.data and CANARY not in accepted.data


def test_of_a_moving_gif_the_first_frame_remains_as_png() -> None:
    data = written(picture(), "GIF", save_all=True, append_images=[picture().rotate(180)], comment=CANARY)
    accepted = inspect_upload(data, "beweeg.gif")
    assert (accepted.media_type, accepted.extension) == ("image/png", "png")
    image = opened(accepted).convert("RGB")
    assert image.getpixel((5, 5))[2] > image.getpixel((5, 5))[0]  # dark blue is still on the left
    assert CANARY not in accepted.data


@pytest.mark.parametrize(
    ("orientation", "dark_corner"), [(1, "left"), (2, "right"), (3, "right"), (5, "top"), (6, "top"), (8, "bottom")]
)
def test_a_turned_photo_is_stored_upright(orientation: int, dark_corner: str) -> None:
    accepted = inspect_upload(written(picture(), "JPEG", exif=exif_with_place(orientation)), "a.jpg")
    image = opened(accepted)
    assert image.size == ((40, 60) if orientation >= 5 else (60, 40)) == (accepted.width, accepted.height)
    middle, bottom = image.width // 2, image.height - 3
    spot = {"left": (3, 20), "right": (56, 20), "top": (middle, 3), "bottom": (middle, bottom)}[dark_corner]
    assert image.getpixel(spot)[0] < 60


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_made_smaller(form: str) -> None:
    accepted = inspect_upload(written(Image.new("RGB", (3000, 1000), "red"), form), "a")
    assert (accepted.width, accepted.height) == (2400, 800) == opened(accepted).size


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_every_kind_of_png_can_be_read(mode: str) -> None:
    image = Image.new("I;16", (8, 8)) if mode == "I;16" else picture((8, 8), mode)
    assert inspect_upload(written(image, "PNG"), "a.png").media_type == "image/png"


def test_a_print_shop_jpeg_and_a_camera_pair_can_be_read() -> None:
    assert opened(inspect_upload(written(picture(mode="CMYK"), "JPEG"), "a.jpg")).mode == "RGB"
    pair = written(picture(), "MPO", save_all=True, append_images=[picture()])
    accepted = inspect_upload(pair, "a.jpg")
    assert accepted.media_type == "image/jpeg" and len(accepted.data) < len(pair)


def test_a_transparent_palette_stays_transparent() -> None:
    data = written(picture(mode="P"), "PNG", transparency=0)
    assert opened(inspect_upload(data, "a.png")).mode == "RGBA"


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_picture_with_damaged_metadata_is_kept() -> None:
    data = written(picture(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12")
    assert inspect_upload(data, "a.jpg").cleaned


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(6400, 6401), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    assert refusal(png_header(*size), "groot.png") == "too_many_pixels"


def test_a_picture_that_is_also_a_script_comes_out_as_only_a_picture() -> None:
    gif = written(picture(), "GIF")
    polyglot = gif[:-1] + b"!\xfe\x1f=1;alert('Kanarie-Wolkenveld')//\x00;" + b"*/=1;alert('Kanarie-Wolkenveld')"
    accepted = inspect_upload(polyglot, "a.gif")
    assert CANARY not in accepted.data
    assert accepted.data.startswith(b"\x89PNG")
    jpeg = written(picture(), "JPEG") + b"<script>alert('Kanarie-Wolkenveld')</script>"
    assert b"script" not in inspect_upload(jpeg, "a.jpg").data


def test_the_content_decides_and_not_the_name() -> None:
    assert inspect_upload(written(picture(), "PNG"), "foto.jpg").extension == "png"
    assert inspect_upload(written(picture(), "JPEG"), "foto.html").media_type == "image/jpeg"


HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


@pytest.mark.parametrize(
    ("data", "filename", "reason"),
    [
        (b"", "leeg.jpg", "empty"),
        (b"x", "een.jpg", "unknown_type"),
        (b"\xff", "een.txt", "not_utf8"),
        (HTML, "foto.jpg", "unknown_type"),
        (HTML, "foto.txt", "unknown_type"),
        (HTML, "foto.html", "unknown_type"),
        (b"\xef\xbb\xbf  \n" + SVG, "a.txt", "unknown_type"),
        (SVG, "a.svg", "unknown_type"),
        (b"<?xml version='1.0'?>" + SVG, "a.png", "unknown_type"),
        (b"gewone tekst", "a.html", "unknown_type"),
        (b"gewone tekst", "a.js", "unknown_type"),
        (b"nul\0byte", "a.txt", "unknown_type"),
        ("café".encode("cp1252"), "a.txt", "not_utf8"),
        ("tekst".encode("utf-16"), "a.txt", "unknown_type"),
        (b"GIF89a=1;alert(1)//", "a.gif", "broken"),
        (b"\xff\xd8\xff<script>", "a.jpg", "broken"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "broken"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp", "broken"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "a.wav", "unknown_type"),
        (b"ID3\x04\x00", "a.mp3", "unknown_type"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "IMG_1.HEIC", "heic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "oud.doc", "old_office"),
        (b"%PDF-1.7\nafgebroken", "a.pdf", "broken"),
        (b"MZ\x90\x00", "a.pdf", "unknown_type"),
        (b"PK\x03\x04", "a.docx", "broken"),
        (zipped({"a.txt": "hallo"}), "a.zip", "unknown_type"),
        (zipped({"a.txt": "hallo"}), "a.docx", "unknown_type"),
    ],
)
def test_what_is_not_on_the_list_is_refused_with_its_reason(data: bytes, filename: str, reason: str) -> None:
    assert refusal(data, filename) == reason


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_cut_short_is_refused(form: str) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    data = written(noise, form)
    assert refusal(data[: len(data) // 2], "a") == "broken"


def test_a_file_over_the_limit_is_refused() -> None:
    assert refusal(b"a" * 11, "a.txt", max_bytes=10) == "too_large"
    assert inspect_upload(b"a" * 10, "a.txt", max_bytes=10).data == b"a" * 10
    assert refusal(b"a" * (MAX_BYTES + 1), "a.txt") == "too_large"


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8\xff", b"GIF89a", b"PK\x03\x04", b"%PDF-", b"RIFF0000WEBP"]),
)
def test_no_bytes_raise_anything_but_a_refusal(tail: bytes, head: bytes) -> None:
    try:
        accepted = inspect_upload(head + tail, "a.txt")
    except RefusedFile as refused:
        assert refused.reason_code in REASONS
    else:
        assert accepted.media_type in EXTENSIONS


def test_text_and_pdf_are_kept_byte_for_byte() -> None:
    text = "Notities — één\r\nregel\ttwee\n".encode()
    assert inspect_upload(text, "notities.txt") == Accepted("text/plain", "txt", text)
    assert inspect_upload(text, "README") == Accepted("text/plain", "txt", text)
    assert inspect_upload(text, "lijst.CSV").extension == "csv"
    assert inspect_upload(b"a < b", "som.txt").media_type == "text/plain"
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"
    assert inspect_upload(pdf, "verslag.pdf") == Accepted("application/pdf", "pdf", pdf)


def test_office_documents_are_known_by_what_is_in_them() -> None:
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    slides = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    odt = "application/vnd.oasis.opendocument.text"
    found = {
        inspect_upload(zipped(docx()), "naam.bin").extension,
        inspect_upload(
            zipped(
                {
                    "[Content_Types].xml": content_types(f"{sheet}.main+xml", "/xl/workbook.xml"),
                    "xl/workbook.xml": "<w/>",
                }
            ),
            "a.docx",
        ).extension,
        inspect_upload(
            zipped(
                {
                    "[Content_Types].xml": content_types(f"{slides}.main+xml", "/ppt/presentation.xml"),
                    "ppt/presentation.xml": "<p/>",
                }
            ),
            "a.pptx",
        ).extension,
        inspect_upload(zipped({"mimetype": odt, "content.xml": "<c/>"}), "a.odt").extension,
    }
    assert found == {"docx", "xlsx", "pptx", "odt"}


MACRO_TYPE = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
LAUGHS = content_types().replace("?>", '?><!DOCTYPE Types [<!ENTITY a "ha">]>', 1)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (docx(**{"word/vbaProject.bin": b"x"}), "macros"),
        (docx(**{"xl/macrosheets/sheet1.xml": b"x"}), "macros"),
        (docx(**{"word/embeddings/boek.xlsm": b"x"}), "macros"),
        (docx(**{"[Content_Types].xml": content_types(more=MACRO_TYPE)}), "macros"),
        (docx(**{"[Content_Types].xml": content_types(more=MACRO_TYPE.replace("vba", "&#118;ba"))}), "macros"),
        (
            docx(**{"[Content_Types].xml": content_types("application/vnd.ms-word.document.macroEnabled.main+xml")}),
            "macros",
        ),
        (
            {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "", "Basic/Standard/M.xml": ""},
            "macros",
        ),
        (docx(**{"../../etc/passwd": b"x"}), "broken"),
        (docx(**{"/absoluut": b"x"}), "broken"),
        (docx(**{"[Content_Types].xml": LAUGHS}), "broken"),
        (docx(**{"[Content_Types].xml": "<Types"}), "broken"),
        (docx(**{"[Content_Types].xml": content_types().encode("utf-16")}), "broken"),
        ({"[Content_Types].xml": content_types()}, "broken"),
        ({"[Content_Types].xml": content_types("text/html"), "word/document.xml": ""}, "unknown_type"),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "broken"),
        ({f"{number}": b"" for number in range(3001)}, "too_large"),
    ],
)
def test_a_hostile_office_document_is_refused(members: dict[str, str | bytes], reason: str) -> None:
    assert refusal(zipped(members), "a.docx") == reason


def test_a_zip_bomb_is_refused_by_its_list_and_by_its_bytes() -> None:
    bomb = zipped(docx(**{"word/media/a.bin": bytes(101 * 1024 * 1024)}), compresslevel=1)
    assert len(bomb) < MAX_BYTES
    assert refusal(bomb, "bom.docx") == "too_large"
    honest = struct.pack("<I", 101 * 1024 * 1024)
    lying = bomb.replace(honest, struct.pack("<I", 1000))  # says it is small, and isn't
    assert lying != bomb
    assert refusal(lying, "bom.docx") == "broken"


def test_an_encrypted_document_is_refused() -> None:
    data = bytearray(zipped(docx()))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 1)
    assert refusal(bytes(data), "a.docx") == "protected"


def test_pictures_open_in_the_page_and_everything_else_is_saved() -> None:
    for media_type in EXTENSIONS:
        disposition = serving_headers(media_type, "a")["Content-Disposition"].split(";")[0]
        assert disposition == ("inline" if media_type.startswith("image/") else "attachment")


@pytest.mark.parametrize("media_type", [*EXTENSIONS, "text/html", "image/svg+xml", "a\r\nSet-Cookie: b=c"])
def test_every_file_goes_out_shut_in(media_type: str) -> None:
    headers = serving_headers(media_type, 'één "naam"\r\nX: y.pdf')
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Type"].split(";")[0] in {*EXTENSIONS, "application/octet-stream"}
    assert all(value.isascii() and value.isprintable() for value in headers.values())
    if media_type not in EXTENSIONS:
        assert headers["Content-Type"] == "application/octet-stream"


@given(st.text(min_size=1))
def test_any_name_survives_the_header(name: str) -> None:
    value = serving_headers("application/pdf", name)["Content-Disposition"]
    assert value.isascii() and value.isprintable()
    kind, options = parse_options_header(value)
    assert kind == "attachment"
    assert options["filename"] == safe_filename(name)
