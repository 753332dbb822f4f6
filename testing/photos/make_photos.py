"""Makes the sample photos of this folder, and the altered copies that near-duplicate detection must group with them.

    python3 -m venv /tmp/photos
    /tmp/photos/bin/pip install pillow==13.0.0
    /tmp/photos/bin/pip download --no-deps --only-binary=:all: --python-version 3.12 --dest /tmp/photos \
        scikit-learn==1.9.1 scikit-image==0.26.0
    /tmp/photos/bin/python testing/photos/make_photos.py /tmp/photos [--check]

The versions are pinned, so every run gives the same bytes; --check writes nothing and exits 1 if a file differs.
"""

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import PIL
from PIL import Image

PILLOW_VERSION = "13.0.0"
FOLDER = Path(__file__).parent
LEARN = "scikit_learn-1.9.1-*.whl", "sklearn/datasets/images/"
IMAGE = "scikit_image-0.26.0-*.whl", "skimage/data/"

LONG_SIDE_PX_MAX = 512
ORIGINAL_QUALITY = 82

# Name: (package, file, beginning of the file's SHA-256, box to cut out of it or None for all of it). The boxes give
# two photos of upright format, which a centre crop treats differently.
SOURCES = {
    "astronaut": (IMAGE, "astronaut.png", "88431cd9653ccd53", None),
    "cameraman": (IMAGE, "camera.png", "b0793d2adda0fa6a", (20, 0, 404, 512)),
    "cat": (IMAGE, "chelsea.png", "596aa1e7cb875eb7", None),
    "coffee": (IMAGE, "coffee.png", "cc02f8ca188b167c", None),
    "dahlia": (LEARN, "flower.jpg", "a77f6ec41e353afd", None),
    "galaxies": (IMAGE, "hubble_deep_field.jpg", "3a19c5dd8a927a93", None),
    "pavilion": (LEARN, "china.jpg", "8378025ad2519d64", None),
    "retina": (IMAGE, "retina.jpg", "38a07f36f27f095e", None),
    "rocket": (IMAGE, "rocket.jpg", "c2dd0de7c538df8d", (180, 0, 500, 427)),
}


def half(photo):
    return photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.LANCZOS)


def crop(photo):
    """Cuts 2 % off every edge: 4 % of the width and of the height."""
    dx, dy = round(photo.width * 0.02), round(photo.height * 0.02)
    return photo.crop((dx, dy, photo.width - dx, photo.height - dy))


def bright(photo):
    levels = [min(255, round(level * 1.2)) for level in range(256)]
    return photo.point(levels * len(photo.getbands()))


# Suffix of the copy: (change, JPEG quality).
COPIES = {
    "": (lambda photo: photo, ORIGINAL_QUALITY),
    "_q30": (lambda photo: photo, 30),
    "_half": (half, ORIGINAL_QUALITY),
    "_crop": (crop, ORIGINAL_QUALITY),
    "_bright": (bright, ORIGINAL_QUALITY),
}


def read_source(wheels, name):
    (pattern, folder), file, digest, box = SOURCES[name]
    (wheel,) = wheels.glob(pattern)
    content = zipfile.ZipFile(wheel).read(folder + file)
    actual = hashlib.sha256(content).hexdigest()
    if not actual.startswith(digest):
        raise SystemExit(f"{file} must have SHA-256 {digest}...: current value is {actual}")
    photo = Image.open(io.BytesIO(content))
    photo = photo.convert("L" if photo.mode == "L" else "RGB")
    if box is not None:
        photo = photo.crop(box)
    photo.thumbnail((LONG_SIDE_PX_MAX, LONG_SIDE_PX_MAX), Image.Resampling.LANCZOS)
    return photo


def encode(photo, quality):
    """A plain baseline JPEG, 4:2:0, without colour profile or EXIF."""
    output = io.BytesIO()
    photo.save(output, "JPEG", quality=quality, optimize=True, icc_profile=None)
    return output.getvalue()


def make_files(wheels):
    """Copies are made of the decoded original, as people's copies are, not of the source."""
    for name in SOURCES:
        original = Image.open(io.BytesIO(encode(read_source(wheels, name), ORIGINAL_QUALITY)))
        for suffix, (change, quality) in COPIES.items():
            photo = read_source(wheels, name) if suffix == "" else change(original)
            yield FOLDER / f"{name}{suffix}.jpg", encode(photo, quality)


def main(wheels, *options):
    if PIL.__version__ != PILLOW_VERSION:
        raise SystemExit(f"Pillow must be {PILLOW_VERSION}: current value is {PIL.__version__}")
    files = dict(make_files(Path(wheels)))
    if options == ("--check",):
        stale = [path.name for path, content in files.items()
                 if not path.exists() or path.read_bytes() != content]
        for name in stale:
            print(f"{name} differs")
        raise SystemExit(1 if stale else 0)
    for path, content in files.items():
        path.write_bytes(content)
        print(f"{path.name}  {len(content)} bytes")
    print(f"{len(files)} files, {sum(map(len, files.values()))} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
