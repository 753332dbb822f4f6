"""What open_clip sees of a picture before inference, by any of its settings, with Pillow alone.

The formulas are those of open_clip's `image_transform` and of torchvision's `Resize`, `CenterCrop` and `pad`;
`make_transforms.py check` holds them to open_clip itself.
"""

import hashlib

from PIL import Image, ImageOps

FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "random": Image.Resampling.BICUBIC,
}


def digest(picture):
    return hashlib.sha256(picture.tobytes()).hexdigest()


def target_size(size, side, resize_mode):
    """Of a picture of this size; of one whose sides are divided by a power of two, too."""
    if resize_mode == "squash":
        return (side, side)
    if resize_mode == "longest":
        ratio = max(size) / side
        return tuple(round(length / ratio) for length in size)
    long = int(side * max(size) / min(size))
    return (side, long) if size[0] <= size[1] else (long, side)


def padded(picture, side, fill):
    spare = [side - length for length in picture.size]
    border = (spare[0] // 2, spare[1] // 2, (spare[0] + 1) // 2, (spare[1] + 1) // 2)
    bands = len(picture.getbands())
    palette = picture.getpalette() if picture.mode == "P" else None
    picture = ImageOps.expand(picture, border=border, fill=(fill,) * bands if bands > 1 else fill)
    if palette is not None:
        picture.putpalette(palette)
    return picture


def transform(picture, side, resize_mode="shortest", interpolation="bicubic", fill_color=0, box=None):
    """The RGB picture of side × side.

    box: what of the picture is shown, where libjpeg made it smaller."""
    target = target_size((box or (0, 0, *picture.size))[2:], side, resize_mode)
    if picture.size != target or box:
        picture = picture.resize(target, FILTERS[interpolation], box=box)
    if resize_mode == "longest" and picture.size != (side, side):
        picture = padded(picture, side, fill_color)
    left, top = (round((length - side) / 2) for length in picture.size)
    return picture.crop((left, top, left + side, top + side)).convert("RGB")
