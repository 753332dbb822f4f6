"""Synthetic pictures with what photographs have: slow gradients, smooth
texture, hard edges, fine lettering and grain. All drawn here, from a seed."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WORDS = "gateway photo 224 pixels, near-duplicate? JPEG & edges {x: 65500}"


def _field(rng, width, height, cells):
    """Smooth noise in about -1..1: a coarse random grid, enlarged."""
    grid = rng.uniform(-1, 1, (cells, cells)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC))


def _shapes(image, rng, count):
    """Hard-edged ellipses, polygons and thin lines."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    for index in range(count):
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        a, b = rng.uniform(0.02, 0.2) * width, rng.uniform(0.02, 0.2) * height
        if index % 3 == 0:
            draw.ellipse((x - a, y - b, x + a, y + b), fill=colour)
        elif index % 3 == 1:
            draw.polygon([(x - a, y), (x, y - b), (x + a, y + b)], fill=colour)
        else:
            draw.line((x - 2 * a, y - b, x + 2 * a, y + b), fill=colour, width=1 + index % 2)


def _lettering(image, rng, lines):
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default_imagefont()
    for _ in range(lines):
        x, y = rng.uniform(-20, image.width * 0.7), rng.uniform(0, image.height)
        draw.text((x, y), WORDS, fill=tuple(int(v) for v in rng.integers(0, 256, 3)), font=font)


def photo(width, height, seed, detail=1.0):
    """An RGB picture. detail 0 is smooth (small files), 1 ordinary, 3 busy."""
    rng = np.random.default_rng(seed)
    light = 40 * _field(rng, width, height, 4) + 18 * _field(rng, width, height, 11)
    channels = [rng.uniform(90, 165) + light + 45 * _field(rng, width, height, 3) for _ in range(3)]
    image = Image.fromarray(np.clip(np.stack(channels, 2), 0, 255).astype(np.uint8))
    _shapes(image, rng, round(3 + 6 * detail))
    if detail:
        _lettering(image, rng, round(3 * detail))
        grain = rng.normal(0, 2.5 * detail, (height, width, 1)) + rng.normal(
            0, 1, (height, width, 3)
        )
        image = Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))
    return image


def gray_photo(width, height, seed, detail=1.0):
    return photo(width, height, seed, detail).convert("L")


def cmyk_photo(width, height, seed):
    """Four independent inks, black included (Image.convert leaves it empty)."""
    inks = photo(width, height, seed).split()
    black = photo(width, height, seed + 1).convert("L").point(lambda v: v // 2)
    return Image.merge("CMYK", (*inks, black))


def static(width, height, seed):
    """Saturated white noise: overshoots and clamps everywhere."""
    rng = np.random.default_rng(seed)
    return Image.fromarray((rng.integers(0, 2, (height, width, 3)) * 255).astype(np.uint8))
