"""Files cut short, padded, or with their restart markers disturbed, as recipes: the bytes are made again from an input
by whoever reads them. A recipe's parts follow each other: `a-b` are bytes of the input, `hex*n` are bytes repeated."""

import hashlib
import io
from pathlib import Path

import numpy as np
from PIL import Image

from .case import seed
from .surgery import scan_spans

INPUTS = Path("inputs")
FILES = (
    "rgb_420_restart_1_245x163 rgb_420_restart_1b_245x163 rgb_420_restart_3b_245x163 gray_restart_2b_267x301 "
    "damaged_restart_missing_3_segments damaged_restart_renumbered_next "
    "rgb_420_arithmetic_245x163 rgb_420_arithmetic_restart_2b_245x163 rgb_420_progressive_restart_5b_245x163 "
    "lossless_gray_restart_61x47 lossless_rgb_predictor_1_61x47 rgb_420_38x45 rgb_444_257x171 rgb_411_38x45 "
    "gray_baseline_267x301 cmyk_adobe0_211x157 ycc_no_huffman_tables_151x233 rgb_420_scans_each_alone_203x307 "
    "rgb_420_progressive_245x163 metadata_apps_72k_190x121 rgb_420_4000x3000"
).split()
RECIPES_PER_FILE = 48
PADS = ("00", "00", "00", "ff", "fe", "5a330f", "ffd0", "ffd3", "ffd000000000ffd100000000")
COUNTS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 64, 600, 4096)
CHUNK = 65536


def recipes(name, data):
    """Yields recipes; the same ones in every run."""
    rng = np.random.default_rng(seed(f"cuts {name}"))
    pick = lambda values: values[int(rng.integers(len(values)))]
    start, end = scan_spans(data)[0][0], scan_spans(data)[-1][1]
    restarts = [i for i in range(start, end) if data[i] == 0xFF and 0xD0 <= data[i + 1] <= 0xD7]
    for index in range(RECIPES_PER_FILE):
        way = index % 6
        if way < 2 or (way > 3 and not restarts):
            kept = f"0-{start + int((end - start) * pick((0, 0.1, 0.25, 0.5, 0.75, 0.97)))}"
        elif way < 4:
            kept = f"0-{max(start, end - pick((0, 0, 0, 1, 2, 3, 5, 9)))}"
        elif way == 4:
            kept = f"0-{pick(restarts) + pick((0, 1, 2))}"
        else:
            first, second = sorted((pick(restarts), pick(restarts)))
            middle = pick(("", f" 00*{second - first}", f" {first}-{second} {first}-{second}"))
            kept = f"0-{first}{middle} {second}-{end}"
        if end > CHUNK and way == 0:
            kept = f"0-{CHUNK + pick((-300, -5, 0, 5, 300))}"
        pad = f" {pick(PADS)}*{pick(COUNTS)}"
        yield kept + pad + pick(("", "", "", "", " ffd9*1"))


def make(data, recipe):
    made = b""
    for part in recipe.split():
        if "-" in part:
            first, last = map(int, part.split("-"))
            made += data[first:last]
        else:
            unit, count = part.split("*")
            made += bytes.fromhex(unit) * int(count)
    return made


def verdict(data):
    """The first 16 digits of the pixels' digest, or a word for Pillow's refusal."""
    try:
        picture = Image.open(io.BytesIO(data))
        picture.load()
    except OSError as error:
        return "truncated" if "truncated" in str(error) else "broken"
    return hashlib.sha256(picture.tobytes()).hexdigest()[:16]


def entries():
    for name in FILES:
        data = (INPUTS / f"{name}.jpg").read_bytes()
        made = {recipe: verdict(make(data, recipe)) for recipe in recipes(name, data)}
        yield {"name": f"inputs/{name}.jpg", "recipes": made}
