"""One picture drawn anew, with nothing of what came along with it: `python -m bot.render.pictures`, stdin to stdout.

A hostile file meets this process and no other: it has little memory, little time, opens nothing and inherits no keys.
What comes out is a plain JPEG: turned upright, in sRGB, on white, at most SIDE pixels a side.
"""

import io
import resource
import sys

# All of them now: later nothing can be opened any more, not even a module.
from PIL import Image, ImageCms, ImageFile, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

READ = (JpegImagePlugin.JpegImageFile.format, PngImagePlugin.PngImageFile.format, WebPImagePlugin.WebPImageFile.format)
ALSO_JPEG = MpoImagePlugin.MpoImageFile.format  # of phones with several lenses; opening a JPEG asks for it
SIDE = 2560
PIXELS = 64_000_000
SLIMMEST = 20  # Telegram shows no photo that is longer than so many times its width
QUALITY = 85
MEMORY = 256 * 1024 * 1024
CPU_SECONDS = 5
STANDARD_FILES = 3
ORIENTATION = 0x0112
WHITE = (255, 255, 255)
_T = Image.Transpose
UPRIGHT = {2: _T.FLIP_LEFT_RIGHT, 3: _T.ROTATE_180, 4: _T.FLIP_TOP_BOTTOM, 5: _T.TRANSPOSE, 6: _T.ROTATE_270,
           7: _T.TRANSVERSE, 8: _T.ROTATE_90}  # fmt: skip


class TooManyPixels(Exception):
    """The picture says that it is larger than any phone takes it."""


def drawn_anew(original: bytes) -> bytes:
    """Return the picture as a JPEG without any metadata; of several frames the first.

    Raises TooManyPixels, or what Pillow raises for what is no JPEG, PNG or WebP. A picture that breaks off is drawn as
    far as it goes.
    """
    Image.MAX_IMAGE_PIXELS = None  # counted here, so that there is one limit and not a warning and an error
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    with Image.open(io.BytesIO(original), formats=[kind for kind in READ if kind]) as opened:
        if opened.width * opened.height > PIXELS:
            raise TooManyPixels
        opened.draft(None, (SIDE, SIDE))
        opened.load()
        upright = UPRIGHT.get(_orientation(opened))
        drawn = _small(opened)
    drawn = _in_srgb(_on_white(drawn))
    return _jpeg(_wide_enough(drawn.transpose(upright) if upright is not None else drawn))


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # whatever is wrong with the metadata, it is thrown away: the picture itself may be good
        return 1


def _small(picture: Image.Image) -> Image.Image:
    """Return the picture in one of the modes that can be made smaller well: L, RGB, RGBA, CMYK."""
    if picture.mode.startswith("I"):  # 16 bits of grey; a plain conversion would cut off all but the darkest
        made = picture.point(lambda value: value * (1 / 256)).convert("L")
    elif picture.has_transparency_data:
        made = picture.convert("RGBA")
    else:
        made = picture if picture.mode in {"L", "CMYK"} else picture.convert("RGB")
    made.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return made


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    flat = Image.new("RGB", picture.size, WHITE)
    flat.paste(picture, mask=picture.getchannel("A"))
    flat.info = picture.info
    return flat


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Turn the colours into those that every screen shows; a profile can name a device, so it does not stay."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK"}:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            turned = None
        if turned is not None:
            return turned
    return picture.convert("RGB")


def _wide_enough(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    least = -(-max(width, height) // SLIMMEST)
    if min(width, height) >= least:
        return picture
    sheet = Image.new("RGB", (max(width, least), max(height, least)), WHITE)
    sheet.paste(picture, ((sheet.width - width) // 2, (sheet.height - height) // 2))
    return sheet


def _jpeg(picture: Image.Image) -> bytes:
    picture.info = {}  # a comment would be written back
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


def _confine() -> None:
    Image.preinit()  # it would import the rest of the usual formats at the first picture
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_FSIZE, 0),
                        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, STANDARD_FILES)):  # fmt: skip
        resource.setrlimit(what, (limit, limit))


def main() -> None:
    """Draw the picture on stdin; on trouble only the kind of error is said, never what stands in the file."""
    original = sys.stdin.buffer.read()
    _confine()
    try:
        made = drawn_anew(original)
    except Exception as trouble:
        sys.exit(type(trouble).__name__)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
