"""Writes PNGs byte by byte (PNG 3rd edition), those included that no library writes."""

import struct
import zlib

from .noise import Noise

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, body=b"", crc=None):
    checksum = zlib.crc32(kind + body) if crc is None else crc
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def header(width, height, depth, colour, *, filters=0, interlace=0, deflate=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, deflate, filters, interlace))


def packed(values, depth):
    if depth == 16:
        return struct.pack(f">{len(values)}H", *values)
    bits = "".join(format(value, f"0{depth}b") for value in values)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def paeth(left, above, corner):
    near = [abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)]
    return (left, above, corner)[near.index(min(near))]


def filtered(row, above, step, kind):
    out = bytearray([kind])
    for at, byte in enumerate(row):
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        guess = [0, left, above[at], (left + above[at]) // 2, paeth(left, above[at], corner)][kind]
        out.append((byte - guess) % 256)
    return bytes(out)


def rows(pixels, depth, step, kinds, noise):
    """Filtered rows of pixels, each a list of samples a row of the picture."""
    result, above = b"", None
    for line in pixels:
        row = packed([sample for pixel in line for sample in pixel], depth)
        kind = kinds[noise.below(len(kinds))]
        result += filtered(row, above or bytes(len(row)), step, kind)
        above = row
    return result


def picture(seed, width, height, depth, colour):
    """Rows of pixels of samples."""
    count = SAMPLES[colour]
    samples = Noise(seed).samples(width * height * count, 2**depth - 1)
    pixels = [tuple(samples[at : at + count]) for at in range(0, len(samples), count)]
    return [pixels[at : at + width] for at in range(0, len(pixels), width)]


def raw(seed, width, height, depth, colour, *, interlace=False, kinds=range(5)):
    """What is deflated."""
    pixels, noise = picture(seed, width, height, depth, colour), Noise(seed + "f")
    step = max(1, SAMPLES[colour] * depth // 8)
    passes = PASSES if interlace else [(0, 0, 1, 1)]
    data = b""
    for x, y, across, down in passes:
        part = [line[x::across] for line in pixels[y::down]]
        data += rows([line for line in part if line], depth, step, list(kinds), noise)
    return data


def palette(count, seed="colours"):
    return Noise(seed).bytes(3 * count)


def png(seed, width, height, depth, colour, *, interlace=False, kinds=range(5), before=b"", after=b"", plte=None, level=9):
    """A whole file; a palette of as many colours as the depth has, unless given."""
    data = zlib.compress(raw(seed, width, height, depth, colour, interlace=interlace, kinds=kinds), level)
    colours = palette(2**depth) if colour == 3 and plte is None else plte
    plte = chunk(b"PLTE", colours) if colours is not None else b""
    start = SIGNATURE + header(width, height, depth, colour, interlace=int(interlace))
    return start + plte + before + chunk(b"IDAT", data) + after + chunk(b"IEND")
