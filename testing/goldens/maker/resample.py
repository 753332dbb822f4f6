"""Pillow's bicubic for 8-bit images, written again in numpy and for a window
of the output only. It serves the pictures whose full resize needs gigabytes;
`make_goldens.py check` holds it to Pillow on all the others."""

import math

import numpy as np

PRECISION_BITS = 22


def _bicubic(x):
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * -0.5
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def _taps(source, target, start, count):
    """For outputs start..start+count: [(first source index, integer weights)]."""
    scale = source / target
    stretch = max(scale, 1.0)
    support = 2.0 * stretch
    rows = []
    for index in range(start, start + count):
        centre = (index + 0.5) * scale
        low = max(int(centre - support + 0.5), 0)
        high = min(int(centre + support + 0.5), source)
        weights = _bicubic((np.arange(low, high) - centre + 0.5) * (1.0 / stretch))
        total = 0.0
        for weight in weights:  # in order, as Pillow adds them
            total += weight
        fixed = weights / total * (1 << PRECISION_BITS)
        rows.append((low, np.trunc(fixed + np.where(fixed < 0, -0.5, 0.5)).astype(np.int64)))
    return rows


def _pass(pixels, taps):
    """Resamples the first axis of a (n, ...) uint8 array."""
    out = np.empty((len(taps), *pixels.shape[1:]), np.uint8)
    for index, (low, weights) in enumerate(taps):
        total = np.tensordot(weights, pixels[low : low + len(weights)].astype(np.int64), 1)
        total = (total + (1 << PRECISION_BITS - 1)) >> PRECISION_BITS
        out[index] = np.clip(total, 0, 255)
    return out


def vertical_first(size, target):
    """Pillow 13's order of the passes; up to 12.3 always horizontal first."""
    rows = size[1] - target[1]
    return rows > 0 and rows > 2 * (size[0] - target[0])


def target_size(size, side):
    """torchvision's Resize(side): the shorter side, the longer one truncated."""
    width, height = size
    long = int(side * max(size) / min(size))
    return (side, long) if width <= height else (long, side)


def resize_and_crop(pixels, side, columns_first):
    """Resize(side) then CenterCrop(side) of a (height, width[, bands]) array.

    columns_first(size, target) says whether the vertical pass comes first."""
    size = (pixels.shape[1], pixels.shape[0])
    target = target_size(size, side)
    left, top = (round((length - side) / 2) for length in target)
    down = _taps(size[1], target[1], top, side) if size[1] != target[1] else None
    across = _taps(size[0], target[0], left, side) if size[0] != target[0] else None

    def vertical(a):
        return _pass(a, down) if down else a[top : top + side]

    def horizontal(a):
        a = a.swapaxes(0, 1)
        return (_pass(a, across) if across else a[left : left + side]).swapaxes(0, 1)

    if columns_first(size, target):
        return horizontal(vertical(pixels))
    first, last = 0, size[1]
    if down:  # only the rows that the second pass reads
        first, last = down[0][0], down[-1][0] + len(down[-1][1])
        down = [(low - first, weights) for low, weights in down]
        return vertical(horizontal(pixels[first:last]))
    return horizontal(vertical(pixels))


def is_huge(size, side, limit=1 << 28):
    """Whether Pillow's full resize would need more than `limit` bytes."""
    return math.prod(target_size(size, side)) * 4 > limit
