"""Crops that Pillow makes of each mode, from pixels that a test makes again: writes modes.json. Pillow 13.0.0, numpy.

`make_transforms.py check` holds the rows to open_clip itself."""

import json
import pathlib

import numpy
from PIL import Image

from transform import digest, transform

SIDE = 64
SIZES = [(64, 64), (97, 64), (64, 200), (300, 240), (80, 700), (1, 9), (9, 1), (33, 47), (1000, 13), (129, 640)]
BYTES = {"L": 1, "P": 1, "RGB": 3, "RGBA": 4, "CMYK": 4, "I;16": 2, "I": 4, "F": 4, "YCbCr": 3, "I;16B": 2}
# What is not bicubic and shortest; PA has colours only where it keeps its size.
OTHERS = [
    {"resize_mode": "shortest", "interpolation": "bilinear"},
    {"resize_mode": "squash", "interpolation": "bicubic"},
    {"resize_mode": "longest", "interpolation": "bicubic"},
    {"resize_mode": "longest", "interpolation": "bilinear", "fill_color": 77},
]
OTHER_SIZES = [(64, 64), (64, 33), (29, 64), (300, 241), (80, 700), (3, 9), (41, 20)]


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
    if mode == "PA":
        result = Image.merge("LA", [Image.frombytes("L", size, noise(width * height, width * 65537 + height))] * 2)
        result.putpalette(noise(768, 7))
        return result
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


def row(mode, size, settings):
    picture = image(mode, size)
    assert picture.mode == mode
    crop = transform(picture, SIDE, **settings)
    return {"mode": mode, "width": size[0], "height": size[1], **settings, "u8": digest(crop)}


def main():
    rows = [row(mode, size, {}) for mode in BYTES for size in SIZES]
    rows += [
        row(mode, size, settings)
        for mode in [*BYTES, "PA"]
        for settings in OTHERS
        for size in OTHER_SIZES
    ]
    text = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
    (pathlib.Path(__file__).parent / "modes.json").write_text(text)


if __name__ == "__main__":
    main()
