"""Cleaning: nothing but the picture comes out, and a hostile file ends the child and never the bot."""

import io
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from bot.render import cleaning, pictures
from bot.render.cleaning import LARGEST, NotCleaned, clean, is_bare
from tests.pictures import (
    CANARY,
    CORNERS,
    SAMPLES,
    SIZE,
    chunk,
    phone_photo,
    profile,
    saved,
    scene,
    with_chunks,
    with_segments,
)

NEAR = 24  # of 255: what a JPEG of a palette or of a grey picture may be off
TURNED = {2: (1, 0, 3, 2), 3: (3, 2, 1, 0), 4: (2, 3, 0, 1), 5: (0, 2, 1, 3), 6: (2, 0, 3, 1), 7: (3, 1, 2, 0),
          8: (1, 3, 0, 2)}  # fmt: skip
UPRIGHT = (0, 1, 2, 3)


def corners(jpeg: bytes) -> list[tuple[int, ...]]:
    """Return the colours of the four quarters, and check that nothing but pixels is left for a reader of metadata."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
        width, height = picture.size
        spots = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
        return [picture.getpixel(spot) for spot in spots]  # type: ignore[misc]


def expected(name: str) -> list[tuple[int, ...]]:
    """Return what the quarters of a sample must look like."""
    last = {"turned": 6} | {str(n): n for n in range(1, 9)}
    turn = last.get(name.split()[-1], 1) if "orientation" in name or "turned" in name else 1
    turn = 3 if name == "webp EXIF turned" else turn
    colours = [CORNERS[n] for n in TURNED.get(turn, UPRIGHT)]
    if name.endswith(("grey", " L", " LA", "I;16")):
        return [(round(0.299 * r + 0.587 * g + 0.114 * b),) * 3 for r, g, b in colours]
    return colours


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_but_the_picture_comes_out(name: str) -> None:
    original = SAMPLES[name]()
    made = pictures.drawn_anew(original)
    assert is_bare(made)
    assert CANARY.encode() not in made
    for seen, wanted in zip(corners(made), expected(name), strict=True):
        assert all(abs(a - b) <= NEAR for a, b in zip(seen, wanted, strict=True)), (seen, wanted)


def test_there_are_sixty_samples_and_most_of_them_say_who_took_them() -> None:
    assert len(SAMPLES) >= 60
    assert sum(CANARY.encode() in make() for make in SAMPLES.values()) >= 45


def test_the_child_draws_it_and_knows_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUISHAO_KEY", "secret")
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def watched(*args: object, env: dict[str, str], **kwargs: object) -> object:
        seen.append(env)
        return run(*args, env=env, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(cleaning.subprocess, "run", watched)
    assert corners(clean(phone_photo()))[0] == pytest.approx(CORNERS[0], abs=NEAR)
    assert not [name for name in seen[0] if "CHUISHAO" in name]


def test_a_large_one_becomes_one_that_telegram_shows() -> None:
    with Image.open(io.BytesIO(clean(phone_photo((5000, 1000))))) as picture:
        assert picture.size == (2560, 512)
    with Image.open(io.BytesIO(clean(saved(scene((2000, 20)))))) as picture:
        assert picture.size == (2000, 100)
    with Image.open(io.BytesIO(clean(saved(scene((2, 2)))))) as picture:
        assert picture.size == (2, 2)


def bomb() -> bytes:
    """A PNG that says it is huge; its few bytes are good."""
    header = b"\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


HOSTILE = {
    "nothing": lambda: b"",
    "no picture": lambda: b"#!/bin/sh\nrm -rf /\n",
    "a zip named like a photo": lambda: b"PK\x03\x04" + b"\x00" * 5000,
    "a paper": lambda: b"%PDF-1.4\n%%EOF\n",
    "a drawing": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a gif": lambda: saved(scene(), "GIF"),
    "a tiff": lambda: saved(scene(), "TIFF"),
    "a bmp": lambda: saved(scene(), "BMP"),
    "a postscript behind the mark of a JPEG": lambda: b"\xff\xd8\xff%!PS-Adobe-3.0\n" + b"x" * 500,
    "the mark of a WebP alone": lambda: b"RIFF\x00\x00\x00\x00WEBP",
    "the head of a JPEG alone": lambda: phone_photo()[:200],
    "one byte too many": lambda: phone_photo() + b"\x00" * LARGEST,
    "ten thousand a side": lambda: saved(Image.new("1", (10_000, 10_000)), "PNG"),
    "a bomb of pixels": bomb,
    "more than the child has room for": lambda: saved(Image.new("RGB", (7800, 7800)), "PNG", compress_level=1),
}


def text_bomb() -> bytes:
    """60 MB of words in a chunk of 60 kB."""
    return chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"\x00" * 60_000_000, 1))


def test_a_bomb_in_the_words_of_a_picture_goes_with_them() -> None:
    made = clean(with_chunks(saved(scene(), "PNG"), text_bomb()))
    assert corners(made)[0] == pytest.approx(CORNERS[0], abs=NEAR)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_for_good(name: str) -> None:
    with pytest.raises(NotCleaned) as refused:
        clean(HOSTILE[name]())
    assert refused.value.hopeless
    assert CANARY not in str(refused.value)


def test_who_takes_too_long_is_killed_and_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "SECONDS", 0.001)
    with pytest.raises(NotCleaned, match="TimeoutExpired") as late:
        clean(phone_photo())
    assert not late.value.hopeless


CONFINED = {
    "memory": ("bytearray(400 * 1024 * 1024)", "MemoryError"),
    "files": ("open('/etc/passwd')", "OSError"),
    "sockets": ("__import__('socket').socket()", "OSError"),
}


@pytest.mark.parametrize("what", CONFINED)
def test_the_child_has_little_memory_and_opens_nothing(what: str) -> None:
    deed, trouble = CONFINED[what]
    begin = "import socket; from bot.render import pictures; pictures._confine()"
    script = f"{begin}\ntry:\n {deed}\nexcept {trouble}: print('no')"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=20, check=True)
    assert told.stdout == b"no\n"


def test_the_bot_itself_never_loads_what_reads_pictures() -> None:
    script = "import sys, bot.app; print('PIL' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=True)
    assert told.stdout == b"False\n"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda jpeg: with_segments(jpeg, (0xE1, b"Exif\x00\x00")),
        lambda jpeg: with_segments(jpeg, (0xFE, b"comment")),
        lambda jpeg: with_segments(jpeg, (0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01abc")),
        lambda jpeg: jpeg + b"tail",
        lambda jpeg: jpeg + b"\xff\xd9",
        lambda jpeg: jpeg[:-2],
        lambda jpeg: jpeg[2:],
        lambda _: saved(scene(), icc_profile=profile()),
        lambda _: b"",
    ],
)
def test_what_the_child_says_is_looked_at_too(spoil: object) -> None:
    good = pictures.drawn_anew(saved(scene(SIZE)))
    assert is_bare(good)
    assert not is_bare(spoil(good))  # type: ignore[operator]
