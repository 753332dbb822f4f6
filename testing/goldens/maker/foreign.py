"""Files that are no JPEG, limit tests, and small samples of other formats."""

import struct
import zlib

import numpy as np
from PIL import Image

from . import photos
from .case import Case, seed
from .encoders import pillow
from .surgery import DHT, DQT, EOI, SOF0, SOF2, SOI, SOS, Segment, join, segment

LIMIT = "for a limit test: Pillow need not refuse it"
FOREIGN = "Pillow reads it; the gateway does not serve this format"


def _png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width, height, idat):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)  # 8-bit gray
    chunks = ((b"IHDR", header), (b"IDAT", idat), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(*chunk) for chunk in chunks)


def _big_png(side):
    packer = zlib.compressobj(9)
    rows = [packer.compress(bytes(1 + side)) for _ in range(side)]
    return _png(side, side, b"".join(rows) + packer.flush())


def _frame(marker, width, height, sampling=(0x11,)):
    parts = b"".join(bytes((i + 1, factor, 0)) for i, factor in enumerate(sampling))
    return segment(marker, struct.pack(">BHHB", 8, height, width, len(sampling)) + parts)


def _bomb_header(width, height):
    """Everything up to the scan of a tiny file that declares a huge picture."""
    table = segment(DQT, bytes(65)[:1] + b"\1" * 64)
    codes = [segment(DHT, bytes((kind, 1)) + bytes(15) + b"\0") for kind in (0x00, 0x10)]
    scan = segment(SOS, b"\1\1\0\0\x3f\0", b"\x7f")
    return join([Segment(SOI), table, _frame(SOF0, width, height), *codes, scan, Segment(EOI)])


def _scan_bomb(side, scans):
    """A gray progressive file: a flat DC scan, then empty AC scans over and over."""
    table = segment(DQT, b"\0" + b"\1" * 64)
    dc = segment(DHT, b"\0\1" + bytes(15) + b"\0")
    # 16 codes of four bits less one of ones only: EOB0 (00), EOB1 (10) ... EOB14 (E0)
    symbols = bytes(n << 4 for n in range(15))
    runs = segment(DHT, b"\x10" + bytes((0, 0, 0, 15)) + bytes(12) + symbols)
    blocks = (side // 8) ** 2
    first = segment(SOS, b"\1\1\0\0\0\0", _stuffed("0" * blocks))
    bits = _end_of_band_runs(blocks)
    empty = [
        segment(SOS, bytes((1, 1, 0, 1 + k % 63, 1 + k % 63, 0)), _stuffed(bits))
        for k in range(scans - 1)
    ]
    frame = _frame(SOF2, side, side)
    return join([Segment(SOI), table, frame, dc, runs, first, *empty, Segment(EOI)])


def _end_of_band_runs(blocks):
    """Bits that say, in runs as long as can be, that every block is empty."""
    bits = ""
    while blocks:
        size = min(blocks.bit_length() - 1, 14)
        run = min(blocks, (2 << size) - 1)
        bits += format(size, "04b") + (format(run - (1 << size), f"0{size}b") if size else "")
        blocks -= run
    return bits


def _stuffed(bits):
    """Bits as entropy-coded bytes: padded with ones, FF followed by 00."""
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def _limits():
    yield Case(
        "limit_65500x65500_header.jpg", lambda: _bomb_header(65500, 65500), "a bomb of pixels"
    )
    yield Case("limit_13000x13000_header.jpg", lambda: _bomb_header(13000, 13000), LIMIT)
    yield Case("limit_1000_scans_4000x4000.jpg", lambda: _scan_bomb(4000, 1000), LIMIT)
    yield Case("limit_1000_scans_64x64.jpg", lambda: _scan_bomb(64, 1000), LIMIT)
    yield Case(
        "limit_60000x60000.png",
        lambda: _png(60000, 60000, zlib.compress(bytes(99))),
        "a bomb of pixels",
    )
    yield Case("limit_10000x10000.png", lambda: _big_png(10000), LIMIT)


def _stubs():
    def brand(name):
        return b"\0\0\0\x18ftyp" + name + b"\0\0\0\0" + name + b"mif1" + bytes(16)

    stubs = {
        "empty.jpg": b"",
        "one_byte.jpg": b"\xff",
        "text.jpg": b"This is not a photograph.\n",
        "html.jpg": b"<!doctype html><title>404</title>\n",
        "svg.jpg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\n',
        "pdf.pdf": b"%PDF-1.7\n%%EOF\n",
        "zeros.jpg": bytes(512),
        "stub_heic.heic": brand(b"heic"),
        "stub_heif.heif": brand(b"mif1"),
        "stub_avif.avif": brand(b"avif"),
        "stub_webp.webp": b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0" + bytes(24),
        "stub_png.png": b"\x89PNG\r\n\x1a\n",
        "stub_gif.gif": b"GIF89a",
        "stub_tiff.tif": b"II*\0\x08\0\0\0",
        "stub_jxl.jxl": b"\xff\x0a\x41\x42",
        "stub_jp2.jp2": b"\0\0\0\x0cjP  \r\n\x87\n",
    }
    for name, data in stubs.items():
        yield Case(f"foreign_{name}", lambda d=data: d)
    picture = photos.photo(24, 16, seed("foreign"))
    yield Case(
        "foreign_photo.avif",
        lambda: pillow(picture, "AVIF", quality=60, speed=8, max_threads=1),
        FOREIGN,
    )
    yield Case("foreign_photo.jp2", lambda: pillow(picture, "JPEG2000"), FOREIGN)


def damaged():
    """Damaged files of other formats; Pillow decides of each."""
    picture = photos.photo(24, 16, seed("foreign"))
    png = pillow(picture, "PNG")
    yield Case("damaged_png_cut_half.png", lambda: png[: len(png) // 2])
    yield Case("damaged_png_no_iend.png", lambda: png[:-12])
    yield Case("damaged_png_bad_crc.png", lambda: png[:29] + b"\0\0\0\0" + png[33:])
    gif = pillow(picture.quantize(16), "GIF")
    yield Case("damaged_gif_cut_half.gif", lambda: gif[: len(gif) // 2])
    tiff = pillow(picture, "TIFF")
    yield Case("damaged_tiff_cut_half.tif", lambda: tiff[: len(tiff) // 2])


def refused():
    yield from _limits()
    yield from _stubs()


def _faded(picture):
    """The picture with alpha from clear to opaque, left to right."""
    ramp = np.linspace(0, 255, picture.width).astype(np.uint8)
    alpha = Image.fromarray(np.repeat(ramp[None], picture.height, 0))
    return Image.merge("RGBA", (*picture.split(), alpha))


def _sixteen(picture):
    samples = np.asarray(picture.convert("L")).astype(np.uint16) * 257
    return Image.fromarray(samples)


def other():
    """PNG, GIF and TIFF, for the decoders of those."""
    big, small = photos.photo(97, 61, seed("other"), 0.5), photos.photo(9, 5, seed("small"))
    frames = [photos.photo(60, 44, seed(f"frame {i}"), 0).quantize(32) for i in range(3)]
    samples = {
        "png_rgb_97x61.png": lambda: pillow(big, "PNG"),
        "png_rgba_97x61.png": lambda: pillow(_faded(big), "PNG"),
        "png_palette_97x61.png": lambda: pillow(big.quantize(64), "PNG"),
        "png_palette_transparent_97x61.png": lambda: pillow(
            big.quantize(16), "PNG", transparency=3
        ),
        "png_gray_97x61.png": lambda: pillow(big.convert("L"), "PNG"),
        "png_gray_alpha_97x61.png": lambda: pillow(_faded(big).convert("LA"), "PNG"),
        "png_gray_16bit_97x61.png": lambda: pillow(_sixteen(big), "PNG"),
        "png_bilevel_97x61.png": lambda: pillow(big.convert("1"), "PNG"),
        "png_rgb_1x1.png": lambda: pillow(small.crop((0, 0, 1, 1)), "PNG"),
        "png_rgb_300x260.png": lambda: pillow(photos.photo(300, 260, seed("png"), 0), "PNG"),
        "gif_static_97x61.gif": lambda: pillow(big.quantize(64), "GIF"),
        "gif_1x1.gif": lambda: pillow(small.crop((0, 0, 1, 1)).quantize(2), "GIF"),
        "gif_animated_60x44.gif": lambda: pillow(
            frames[0], "GIF", save_all=True, append_images=frames[1:], duration=90, loop=0
        ),
        "gif_transparent_97x61.gif": lambda: pillow(big.quantize(16), "GIF", transparency=3),
        "tiff_rgb_9x5.tif": lambda: pillow(small, "TIFF"),
        "tiff_rgb_97x61_lzw.tif": lambda: pillow(big, "TIFF", compression="tiff_lzw"),
        "tiff_rgb_97x61_deflate.tif": lambda: pillow(big, "TIFF", compression="tiff_adobe_deflate"),
        "tiff_rgb_97x61_packbits.tif": lambda: pillow(big, "TIFF", compression="packbits"),
        "tiff_rgba_97x61.tif": lambda: pillow(_faded(big), "TIFF", compression="tiff_lzw"),
        "tiff_gray_97x61.tif": lambda: pillow(big.convert("L"), "TIFF"),
        "tiff_palette_97x61.tif": lambda: pillow(big.quantize(64), "TIFF"),
        "tiff_cmyk_9x5.tif": lambda: pillow(small.convert("CMYK"), "TIFF"),
        "tiff_gray_16bit_9x5.tif": lambda: pillow(_sixteen(small), "TIFF"),
        "tiff_bilevel_g4_97x61.tif": lambda: pillow(big.convert("1"), "TIFF", compression="group4"),
    }
    for name, make in samples.items():
        yield Case(name, make)
