"""What open_clip sees of a picture, with Pillow 13.0.0: torchvision's Resize and CenterCrop, then convert("RGB")."""

import hashlib
import io
import re
import warnings

from PIL import Image, ImageOps

SIDE = 64


def crop(picture, side=SIDE):
    width, height = picture.size
    long = int(side * max(picture.size) / min(picture.size))
    size = (side, long) if width <= height else (long, side)
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    left, top = round((size[0] - side) / 2), round((size[1] - side) / 2)
    return picture.crop((left, top, left + side, top + side)).convert("RGB")


def digest(picture):
    return hashlib.sha256(picture.tobytes()).hexdigest()


def golden(data):
    """The fields of a file: those of its picture, or why Pillow refuses it."""
    warnings.simplefilter("ignore")
    try:
        picture = Image.open(io.BytesIO(data))
        fields = {"width": picture.width, "height": picture.height}
        fields |= {"mode": picture.mode, "u8": digest(crop(picture))}
    except Exception as error:
        return {"error": re.sub(r" <_io.BytesIO.*>", "", f"{type(error).__name__}: {error}")[:80]}
    return fields | _upright(data, fields["u8"])


def _upright(data, plain):
    """`u8_exif`, where turning upright makes another crop."""
    try:
        upright = digest(crop(ImageOps.exif_transpose(Image.open(io.BytesIO(data)))))
    except Exception as error:
        return {"error_exif": type(error).__name__}
    return {} if upright == plain else {"u8_exif": upright}
