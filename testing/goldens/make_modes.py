"""Crops that Pillow makes of each mode, from pixels that a test makes again: writes modes.json. Pillow 13.0.0, numpy."""

import json
import pathlib

import numpy
from PIL import Image

from rasters.reference import crop, digest

SIZES = [(64, 64), (97, 64), (64, 200), (300, 240), (80, 700), (1, 9), (9, 1), (33, 47), (1000, 13), (129, 640)]
BYTES = {"L": 1, "P": 1, "RGB": 3, "RGBA": 4, "CMYK": 4, "I;16": 2, "I": 4, "F": 4, "YCbCr": 3, "I;16B": 2}


def noise(length, seed):
    """Bytes of a linear congruential generator, the upper ones; every fourth is 0 or 255 by its lowest bit."""
    state, result = seed, bytearray(length)
    for index in range(length):
        state = (state * 1103515245 + 12345) % 2**32
        level = state >> 24
        result[index] = level if index % 4 < 3 else 255 * (level & 1) if level & 2 else level
    return bytes(result)


def image(mode, size):
    width, height = size
    data = noise(width * height * BYTES[mode], width * 65537 + height)
    if mode == "I":
        values = numpy.frombuffer(data, "<i4") % 600 - 150
        return Image.fromarray(values.reshape(height, width).astype("<i4"))
    if mode == "F":
        values = numpy.frombuffer(data, "<u4") % 600 / 2 - 20
        return Image.fromarray(values.reshape(height, width).astype("<f4"))
    if mode == "I;16":
        values = numpy.frombuffer(data, "<u2") % 700
        return Image.fromarray(values.reshape(height, width).astype("<u2"))
    if mode == "I;16B":
        values = numpy.frombuffer(data, "<u2") % 700
        return Image.frombytes(mode, size, values.astype(">u2").tobytes())
    result = Image.frombytes(mode, size, data)
    if mode == "P":
        result.putpalette(noise(768, 7))
    return result


rows = [
    {"mode": mode, "width": size[0], "height": size[1], "u8": digest(crop(image(mode, size)))}
    for mode in BYTES
    for size in SIZES
]
text = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
(pathlib.Path(__file__).parent / "modes.json").write_text(text)
