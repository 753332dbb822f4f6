"""Decode, resize with crop, and normalise as open_clip does them with Pillow: times of the JPEGs given, as JSON."""

import io
import json
import statistics
import sys
import time

import numpy
from PIL import Image

SIZE = 224
MEAN = numpy.array([0.48145466, 0.4578275, 0.40821073], numpy.float32)
STD = numpy.array([0.26862954, 0.26130258, 0.27577711], numpy.float32)


def run(photo: bytes) -> tuple[float, float, float]:
    """Milliseconds of the three stages."""
    started = time.perf_counter()
    image = Image.open(io.BytesIO(photo))
    image.load()
    decoded = time.perf_counter()
    width, height = image.size
    if width <= height:
        size = (SIZE, int(SIZE * height / width))
    else:
        size = (int(SIZE * width / height), SIZE)
    image = image.resize(size, Image.Resampling.BICUBIC)
    left, top = round((size[0] - SIZE) / 2), round((size[1] - SIZE) / 2)
    image = image.crop((left, top, left + SIZE, top + SIZE)).convert("RGB")
    resized = time.perf_counter()
    pixels = numpy.asarray(image, numpy.float32) / 255
    numpy.ascontiguousarray(((pixels - MEAN) / STD).transpose(2, 0, 1))
    normalised = time.perf_counter()
    return (decoded - started) * 1000, (resized - decoded) * 1000, (normalised - resized) * 1000


photos = [open(path, "rb").read() for path in sys.argv[1:]]
runs = [run(photos[index % len(photos)]) for index in range(40)][10:]
decode, resize, normalise = ([one[stage] for one in runs] for stage in range(3))
print(json.dumps({
    name: {"p50Ms": statistics.median(samples), "minMs": min(samples), "calls": len(samples)}
    for name, samples in [("decode JPEG", decode), ("resize and crop", resize), ("normalise into slot", normalise)]
}))
