"""Crops of the golden files by any of open_clip's settings: writes transforms.json. Pillow 13.0.0 and numpy.

`make_transforms.py check` holds transforms.json and modes.json to open_clip's own transform and writes nothing:
Pillow 13.0.0 and testing/models/requirements.txt. Rows of fast mode, which open_clip does not know, it holds to
`Image.draft` alone.
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True

import make_modes
from PIL import Image
from transform import digest, transform

HERE = pathlib.Path(__file__).resolve().parent
FILE = HERE / "transforms.json"

# A photo; upright, larger and smaller than models are, odd, thin, and by other modes.
NAMES = [
    "inputs/rgb_420_640x480.jpg",
    "inputs/rgb_420_333x777.jpg",
    "inputs/rgb_420_240x1700.jpg",
    "inputs/rgb_420_301x224.jpg",
    "inputs/rgb_420_17x300.jpg",
    "inputs/rgb_420_2x3.jpg",
    "inputs/rgb_420_1x1.jpg",
    "inputs/gray_progressive_267x301.jpg",
    "inputs/cmyk_adobe0_211x157.jpg",
    "other/png_rgba_97x61.png",
    "other/png_gray_alpha_97x61.png",
    "other/png_gray_16bit_97x61.png",
    "other/png_bilevel_97x61.png",
    "other/png_palette_97x61.png",
    "other/gif_transparent_97x61.gif",
    "other/tiff_bilevel_g4_97x61.tif",
    "other/tiff_palette_97x61.tif",
]
# As models have them: SigLIP's, with and without its interpolation, one with margins, CLIPA's, and what is left.
SETTINGS = [
    {"size": 384, "resize_mode": "squash", "interpolation": "bicubic"},
    {"size": 256, "resize_mode": "squash", "interpolation": "bilinear"},
    {"size": 378, "resize_mode": "longest", "interpolation": "bicubic", "fill_color": 3},
    {"size": 240, "resize_mode": "longest", "interpolation": "bilinear"},
    {"size": 336, "resize_mode": "shortest", "interpolation": "bilinear"},
]
OTHERS = [
    {"name": "inputs/rgb_420_4000x3000.jpg", "size": 512, "resize_mode": "squash", "interpolation": "bicubic"},
    {"name": "inputs/rgb_420_3000x4000.jpg", "size": 448, "resize_mode": "longest", "interpolation": "bicubic"},
    {"name": "inputs/rgb_420_1600x1200.jpg", "size": 512, "resize_mode": "shortest", "interpolation": "random"},
    {"name": "inputs/gray_65500x1.jpg", "size": 224, "resize_mode": "squash", "interpolation": "bicubic"},
    {"name": "inputs/gray_1x65500.jpg", "size": 224, "resize_mode": "squash", "interpolation": "bilinear"},
]
FAST_NAMES = ["inputs/rgb_420_640x480.jpg", "inputs/rgb_420_333x777.jpg", "inputs/cmyk_adobe0_211x157.jpg"]
FAST_SETTINGS = [
    {"size": 38, "resize_mode": "squash", "interpolation": "bicubic"},
    {"size": 38, "resize_mode": "longest", "interpolation": "bicubic", "fill_color": 200},
    {"size": 38, "resize_mode": "longest", "interpolation": "bilinear"},
    {"size": 38, "resize_mode": "shortest", "interpolation": "bilinear"},
]
FAST_SCALE_MIN = 2


def rows():
    """Each without its digest."""
    yield from ({"name": name, **settings} for name in NAMES for settings in SETTINGS)
    yield from OTHERS
    yield from ({"name": name, "decode": "fast", **settings} for name in FAST_NAMES for settings in FAST_SETTINGS)


def settings_of(row):
    return {key: row[key] for key in ("resize_mode", "interpolation", "fill_color") if key in row}


def opened(row):
    """(the picture, its box or None)"""
    picture = Image.open(HERE / row["name"])
    if row.get("decode") != "fast":
        return picture, None
    size = picture.size
    side = max(size) if row["resize_mode"] == "longest" else min(size)
    divisor = next(by for by in (8, 4, 2, 1) if side >= by * FAST_SCALE_MIN * row["size"])
    assert divisor > 1, f"nothing is scaled: {row}"
    picture.draft(None, tuple(length // divisor for length in size))
    assert picture.size == tuple(-(-length // divisor) for length in size)
    return picture, (0, 0, size[0] / divisor, size[1] / divisor)


def crop(row):
    picture, box = opened(row)
    return transform(picture, row["size"], **settings_of(row), box=box)


def open_clip_crop(picture, size, settings):
    from open_clip.transform import image_transform

    # All but ToTensor and Normalize.
    steps = image_transform(size, is_train=False, **settings).transforms[:-2]
    for step in steps:
        picture = step(picture)
    return picture


def check():
    equal = {"open_clip": [], "Image.draft": []}
    for row in json.loads(FILE.read_text()):
        if row.get("decode") == "fast":
            equal["Image.draft"].append(digest(crop(row)) == row["u8"])
        else:
            theirs = open_clip_crop(opened(row)[0], row["size"], settings_of(row))
            equal["open_clip"].append(digest(theirs) == row["u8"])
    for row in json.loads((HERE / "modes.json").read_text()):
        picture = make_modes.image(row["mode"], (row["width"], row["height"]))
        theirs = open_clip_crop(picture, make_modes.SIDE, settings_of(row))
        equal["open_clip"].append(digest(theirs) == row["u8"])
    for name, results in equal.items():
        print(f"{name}: {len(results)} crops, {results.count(False)} differ")
    wrong = sum(results.count(False) for results in equal.values())
    return 1 if wrong else 0


def main():
    if sys.argv[1:] == ["check"]:
        return check()
    lines = (json.dumps({**row, "u8": digest(crop(row))}) for row in rows())
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    sys.exit(main())
