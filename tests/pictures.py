"""Sample pictures for tests, made by code: a picture that can be told again, and everything that can cling to one."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

CANARY = "CANARY-4711"
MAKE, SOFTWARE, ARTIST, ORIENTATION, THUMBNAIL_AT, THUMBNAIL_BYTES = 0x010F, 0x0131, 0x013B, 0x0112, 0x0201, 0x0202
GPS, TAKEN = 0x8825, 0x9003
SIZE = (240, 160)
XMP = (f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
       f'<rdf:Description dc:creator="{CANARY}"/></rdf:RDF></x:xmpmeta>').encode()  # fmt: skip
Made = bytes
CORNERS = ((255, 0, 0), (0, 160, 0), (0, 0, 255), (250, 220, 0))


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """Four coloured quarters: red, green, blue, yellow, so that one sees which way up it is."""
    width, height = size
    made = Image.new("RGB", size)
    for n, colour in enumerate(CORNERS):
        x, y = n % 2 * (width // 2), n // 2 * (height // 2)
        made.paste(colour, (x, y, x + width // 2, y + height // 2))
    return made


def exif(orientation: int = 1, *, where: bool = True) -> Image.Exif:
    """What a phone writes: maker, owner, moment, and where it stood."""
    made = Image.Exif()
    made[MAKE], made[SOFTWARE], made[ARTIST], made[ORIENTATION] = CANARY, CANARY, CANARY, orientation
    if where:
        made.get_ifd(GPS).update({1: "N", 2: (30.0, 34.0, 22.0), 3: "E", 4: (104.0, 4.0, 0.0), 29: CANARY})
    return made


def saved(picture: Image.Image, kind: str = "JPEG", **more: object) -> Made:
    """Return the bytes of a picture."""
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def phone_photo(size: tuple[int, int] = SIZE, orientation: int = 1) -> Made:
    """A JPEG as a phone takes it, with GPS."""
    return saved(scene(size), exif=exif(orientation), quality=95)


def with_segments(jpeg: Made, *segments: tuple[int, bytes]) -> Made:
    """Put segments behind the start of a JPEG."""
    more = b"".join(bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data for marker, data in segments)
    return jpeg[:2] + more + jpeg[2:]


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_chunks(png: Made, *chunks: bytes) -> Made:
    """Put chunks behind the header of a PNG."""
    return png[:33] + b"".join(chunks) + png[33:]


def iptc() -> tuple[int, bytes]:
    """A byline as newspapers write it (APP13)."""
    record = b"\x1c\x02\x50" + struct.pack(">H", len(CANARY)) + CANARY.encode()
    return 0xED, b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(record)) + record


def with_thumbnail() -> Made:
    """A JPEG whose EXIF carries a small picture that was not cut like the large one."""
    made = exif()
    small = saved(Image.new("RGB", (32, 32), "black"), comment=CANARY.encode())
    first = made.get_ifd(0x1) if hasattr(made, "get_ifd") else {}
    first.update({THUMBNAIL_AT: 0, THUMBNAIL_BYTES: len(small)})
    return with_segments(saved(scene(), exif=made), (0xE1, b"Exif\x00\x00" + small))


def profile() -> bytes:
    """A colour profile that names somebody."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return made.tobytes().replace(b"sRGB", b"CNRY")


def animated(kind: str) -> Made:
    """Three frames, the first of which is the scene."""
    return saved(scene(), kind, save_all=True, append_images=[Image.new("RGB", SIZE, "black")] * 2, duration=100)


def text_chunks() -> PngInfo:
    """Words in a PNG, in all three ways."""
    made = PngInfo()
    made.add_text("Author", CANARY)
    made.add_text("Comment", CANARY, zip=True)
    made.add_itxt("XML:com.adobe.xmp", XMP.decode(), "zh", "作者")
    return made


def _turned(orientation: int) -> Callable[[], Made]:
    return lambda: phone_photo(orientation=orientation)


def _in_mode(mode: str) -> Image.Image:
    if mode == "I;16":
        return scene().convert("L").point(lambda v: v * 256, "I").convert("I;16")
    return scene().convert(mode)


def _jpegs() -> dict[str, Callable[[], Made]]:
    plain = saved(scene(), quality=95)
    app = {n: (0xE0 + n, CANARY.encode() * 3) for n in range(2, 16) if n != 14}
    return {
        **{f"jpeg orientation {n}": _turned(n) for n in range(1, 9)},
        **{f"jpeg APP{n}": (lambda data=data: with_segments(plain, data)) for n, data in app.items()},
        "jpeg without EXIF": lambda: plain,
        "jpeg EXIF without GPS": lambda: saved(scene(), exif=exif(where=False)),
        "jpeg broken EXIF": lambda: with_segments(plain, (0xE1, b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + b"x" * 40)),
        "jpeg two EXIF": lambda: with_segments(phone_photo(), (0xE1, b"Exif\x00\x00" + exif().tobytes())),
        "jpeg XMP": lambda: saved(scene(), xmp=XMP),
        "jpeg IPTC": lambda: with_segments(plain, iptc()),
        "jpeg comment": lambda: saved(scene(), comment=CANARY.encode()),
        "jpeg thumbnail": with_thumbnail,
        "jpeg JFXX thumbnail": lambda: with_segments(plain, (0xE0, b"JFXX\x00\x10" + CANARY.encode())),
        "jpeg profile": lambda: saved(scene(), icc_profile=profile()),
        "jpeg broken profile": lambda: saved(scene(), icc_profile=b"CANARY" * 30),
        "jpeg progressive": lambda: saved(scene(), exif=exif(), progressive=True),
        "jpeg grey": lambda: saved(scene().convert("L"), exif=exif()),
        "jpeg CMYK": lambda: saved(scene().convert("CMYK"), exif=exif()),
        "jpeg with a tail": lambda: plain + CANARY.encode() * 100,
        "jpeg with a zip behind it": lambda: plain + b"PK\x03\x04" + CANARY.encode(),
        "jpeg of several pictures": lambda: saved(scene(), "MPO", save_all=True, append_images=[scene()], exif=exif()),
        "jpeg that breaks off": lambda: phone_photo((1200, 800))[:-900],
        "jpeg large": lambda: phone_photo((4000, 3000)),
    }


def _others() -> dict[str, Callable[[], Made]]:
    png = saved(scene(), "PNG")
    return {
        "png plain": lambda: png,
        "png words": lambda: saved(scene(), "PNG", pnginfo=text_chunks()),
        "png eXIf": lambda: saved(scene(), "PNG", exif=exif()),
        "png eXIf turned": lambda: saved(scene(), "PNG", exif=exif(6)),
        "png profile": lambda: saved(scene(), "PNG", icc_profile=profile()),
        "png moment": lambda: with_chunks(png, chunk(b"tIME", b"\x07\xea\x0b\x17\x0a\x00\x00")),
        "png private chunk": lambda: with_chunks(png, chunk(b"caNa", CANARY.encode())),
        "png animated": lambda: animated("PNG"),
        "png with a tail": lambda: png + CANARY.encode(),
        "png that breaks off": lambda: png[:-30],
        **{f"png {mode}": (lambda mode=mode: saved(_in_mode(mode), "PNG", pnginfo=text_chunks()))
           for mode in ("L", "LA", "P", "RGBA", "I;16")},
        "webp plain": lambda: saved(scene(), "WEBP", quality=95),
        "webp lossless": lambda: saved(scene(), "WEBP", lossless=True, exif=exif().tobytes()),
        "webp EXIF": lambda: saved(scene(), "WEBP", quality=95, exif=exif().tobytes()),
        "webp EXIF turned": lambda: saved(scene(), "WEBP", quality=95, exif=exif(3).tobytes()),
        "webp XMP": lambda: saved(scene(), "WEBP", quality=95, xmp=XMP),
        "webp profile": lambda: saved(scene(), "WEBP", quality=95, icc_profile=profile()),
        "webp see-through": lambda: saved(scene().convert("RGBA"), "WEBP", quality=95, exif=exif().tobytes()),
        "webp animated": lambda: animated("WEBP"),
    }  # fmt: skip


SAMPLES: dict[str, Callable[[], Made]] = {**_jpegs(), **_others()}
