"""What open_clip's preprocessing makes of one file: digests, or the refusal."""

import hashlib
import warnings

import numpy as np
import PIL
from PIL import Image, ImageOps

from . import resample

SIDE = 224
DRAFT_SIDE = 32  # so small that most inputs are scaled for it
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)
PILLOW = int(PIL.__version__.split(".")[0])

# Pictures over 89 MP only warn; the limit that refuses (179 MP) is left as it is.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def _plain_resize_and_crop(image):
    """torchvision's two steps by Pillow alone, for environments without torch."""
    image = image.resize(resample.target_size(image.size, SIDE), Image.Resampling.BICUBIC)
    left, top = (round((length - SIDE) / 2) for length in image.size)
    return image.crop((left, top, left + SIDE, top + SIDE))


def _torch_resize_and_crop(image):
    from torchvision import transforms

    bicubic = transforms.InterpolationMode.BICUBIC
    resize = transforms.Resize(SIDE, interpolation=bicubic, antialias=True)
    return transforms.CenterCrop(SIDE)(resize(image))


def _numpy_resize_and_crop(image):
    order = resample.vertical_first if PILLOW >= 13 else lambda size, target: False
    return Image.fromarray(resample.resize_and_crop(np.asarray(image), SIDE, order))


def resized_by_pillow(image):
    """Resize and CenterCrop by Pillow, in the picture's own mode."""
    return _torch_resize_and_crop(image) if PILLOW >= 13 else _plain_resize_and_crop(image)


def crop(image):
    """(the 224x224 RGB picture, how it was resized)."""
    if resample.is_huge(image.size, SIDE) and image.mode in ("L", "RGB"):
        return _numpy_resize_and_crop(image).convert("RGB"), "numpy window"
    return resized_by_pillow(image).convert("RGB"), "torchvision"


def tensor(picture):
    """The model's input: 1x3x224x224 float32, little-endian."""
    from torchvision import transforms

    values = transforms.Normalize(MEAN, STD)(transforms.ToTensor()(picture))
    return values.numpy().astype("<f4").tobytes()


def golden(path):
    """The digests of a file under Pillow 13, or {"error": ...}."""
    try:
        with Image.open(path) as image:
            image.load()
            picture, via = crop(image)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    entry = {"width": image.width, "height": image.height, "mode": image.mode}
    entry["pixels"] = sha256(image.tobytes())
    jpeg = image.format in ("JPEG", "MPO")
    if not jpeg:
        entry["rgb"] = sha256(image.convert("RGB").tobytes())
    entry |= {"u8": sha256(picture.tobytes()), "f32": sha256(tensor(picture))}
    if via != "torchvision":
        entry["via"] = via
    if jpeg:
        entry |= _turned(path)
    return entry


def _turned(path):
    """u8_exif, where the file says anything of its orientation."""
    with Image.open(path) as image:
        if not ({"exif", "xmp"} & image.info.keys()):
            return {}
        try:
            return {"u8_exif": sha256(crop(ImageOps.exif_transpose(image))[0].tobytes())}
        except Exception as error:
            return {"u8_exif": None, "exif_error": f"{type(error).__name__}: {error}"}


def drafts(path):
    """What Pillow makes of a JPEG that libjpeg scales while decoding: the digest of
    its pixels at 1/2, 1/4 and 1/8, one after the other, and of a crop of DRAFT_SIDE
    where twice that is asked for. Nothing for pictures below 8 pixels."""
    entry, scaled = {}, hashlib.sha256()
    with Image.open(path) as image:
        size = image.size
        if min(size) < 8:
            return {}
    for divisor in (2, 4, 8):
        with Image.open(path) as image:
            image.draft(None, (size[0] // divisor, size[1] // divisor))
            assert image.size == tuple(-(-side // divisor) for side in size)
            try:
                scaled.update(image.tobytes())
            except OSError:
                return {}  # lossless: there is no DCT to scale
    entry["scaled"] = scaled.hexdigest()
    with Image.open(path) as image:
        _, box = image.draft(None, (2 * DRAFT_SIDE, 2 * DRAFT_SIDE))
        if image.size != size:
            target = resample.target_size(size, DRAFT_SIDE)
            resized = image.resize(target, Image.Resampling.BICUBIC, box=box)
            left, top = (round((length - DRAFT_SIDE) / 2) for length in target)
            picture = resized.crop((left, top, left + DRAFT_SIDE, top + DRAFT_SIDE))
            entry["u8_draft"] = sha256(picture.convert("RGB").tobytes())
    return entry


def golden12(path):
    """u8 and the decoded pixels under Pillow 12, or (None, None)."""
    try:
        with Image.open(path) as image:
            image.load()
            return sha256(crop(image)[0].tobytes()), sha256(image.tobytes())
    except Exception:
        return None, None
