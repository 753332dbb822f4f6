"""Pillow's side of bench:micro: a call a line on standard input, `{"name", "args"}`, and a line back, `{"value"}`."""

import hashlib
import io
import json
import statistics
import sys
import time

import numpy as np
from PIL import Image

SIZE = 224
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], dtype=np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], dtype=np.float32)


def crop_of(image, box):
    """torchvision's Resize and CenterCrop of a PIL image, less their Python."""
    width, height, left, top, size = box
    if (width, height) != image.size:
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    return image.crop((left, top, left + size, top + size))


def normalize(crop):
    """ToTensor and Normalize as numpy does them: f32, each step rounded, planes."""
    levels = np.asarray(crop, dtype=np.float32)
    levels /= np.float32(255)
    levels -= MEAN
    levels /= STD
    return np.ascontiguousarray(levels.transpose(2, 0, 1))


def timed(*steps):
    """Milliseconds of each step, which takes what the one before gave; and what the first ones gave."""
    value, times, values = None, [], []
    for step in steps:
        started = time.perf_counter()
        value = step(value)
        times.append((time.perf_counter() - started) * 1e3)
        values.append(value)
    return times, values


def resize(task):
    with open(task["path"], "rb") as file:
        image = Image.frombytes("RGB", (task["width"], task["height"]), file.read())
    runs = [timed(lambda _: crop_of(image, task["box"]), normalize) for _ in range(task["runs"])]
    digest = hashlib.sha256(runs[-1][1][0].tobytes()).hexdigest()
    return {
        "resize": [times[0] for times, _ in runs],
        "normalize": [times[1] for times, _ in runs],
        "crop": digest,
    }


def decode(photo):
    image = Image.open(io.BytesIO(photo))
    image.load()
    return image


def crop_photo(image):
    """As open_clip does it, to RGB."""
    width, height = image.size
    if width <= height:
        size = (SIZE, int(SIZE * height / width))
    else:
        size = (int(SIZE * width / height), SIZE)
    left, top = round((size[0] - SIZE) / 2), round((size[1] - SIZE) / 2)
    return crop_of(image, (*size, left, top, SIZE)).convert("RGB")


def stages(paths):
    photos = [open(path, "rb").read() for path in paths]
    runs = [timed(lambda _: decode(photos[i % len(photos)]), crop_photo, normalize)[0] for i in range(40)][10:]
    names = ["decode JPEG", "resize and crop", "normalise into slot"]
    return {
        name: {"p50": statistics.median(samples), "min": min(samples)}
        for name, samples in zip(names, zip(*runs))
    }


for line in sys.stdin:
    call = json.loads(line)
    value = {"resize": resize, "stages": stages}[call["name"]](*call["args"])
    print(json.dumps({"value": value}), flush=True)
