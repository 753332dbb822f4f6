"""Pillow's side of main.ts here: one JSON request a line on standard input, one JSON reply a line.

{"path", "width", "height", "box": [resized_width, resized_height, left, top, size], "runs"} gives
{"resize": [ms, ...], "normalize": [ms, ...], "crop": sha256, "pillow": version}.
"""

import hashlib
import json
import sys
import time

import numpy as np
import PIL
from PIL import Image

MEAN = np.array([0.48145466, 0.4578275, 0.40821073], dtype=np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], dtype=np.float32)


def resize(image, box):
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


def main():
    images = {}
    for line in sys.stdin:
        request = json.loads(line)
        key = request["path"]
        if key not in images:
            with open(key, "rb") as file:
                pixels = file.read()
            size = (request["width"], request["height"])
            images = {key: Image.frombytes("RGB", size, pixels)}
        reply = {"resize": [], "normalize": [], "pillow": PIL.__version__}
        for _ in range(request["runs"]):
            start = time.perf_counter()
            crop = resize(images[key], request["box"])
            middle = time.perf_counter()
            normalize(crop)
            end = time.perf_counter()
            reply["resize"].append((middle - start) * 1e3)
            reply["normalize"].append((end - middle) * 1e3)
        reply["crop"] = hashlib.sha256(crop.tobytes()).hexdigest()
        print(json.dumps(reply), flush=True)


main()
