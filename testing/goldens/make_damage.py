"""Damaged files of each format, and what Pillow 13.0.0 makes of each: FOLDER/FORMAT.bin and .json, as in rasters/.

    venv13/bin/python make_damage.py FOLDER COUNT SEED [jpeg png gif tiff webp bmp]

Base files are inputs/ and rasters/; a row's `name` says which, and what was done to it. Pillow is held to the
gateway's 25 megapixels. compare_damaged_main.ts says how the gateway's code differs. Nothing of it is committed.
"""

import json
import pathlib
import random
import sys
import zlib

import PIL
from PIL import Image

from rasters import reference

HERE = pathlib.Path(__file__).parent
FORMATS = ["jpeg", "png", "gif", "tiff", "webp", "bmp"]
BASE_BYTES_MAX = 40_000
# Pillow refuses what has more than twice as many pixels.
Image.MAX_IMAGE_PIXELS = 12_500_000


def bases(kind):
    if kind == "jpeg":
        paths = sorted((HERE / "inputs").glob("*.jpg"))
        return [(path.stem, path.read_bytes()) for path in paths if path.stat().st_size <= BASE_BYTES_MAX]
    data, files, start = (HERE / f"rasters/{kind}.bin").read_bytes(), [], 0
    for row in json.loads((HERE / f"rasters/{kind}.json").read_text()):
        if "error" not in row:
            files.append((row["name"], data[start : start + row["bytes"]]))
        start += row["bytes"]
    return files


def flip(rng, data):
    for _ in range(rng.choice([1, 1, 1, 2, 4, 8])):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def flip_head(rng, data):
    for _ in range(rng.choice([1, 1, 2])):
        data[rng.randrange(min(len(data), 200))] ^= 1 << rng.randrange(8)


def change(rng, data):
    for _ in range(rng.choice([1, 1, 3])):
        data[rng.randrange(len(data))] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)])


def change_number(rng, data):
    """A number of two or four bytes, in either order, as sizes, counts and offsets are."""
    at, size = rng.randrange(len(data)), rng.choice([2, 4])
    if rng.random() < 0.5:
        at = rng.randrange(min(len(data), 300))
    order = rng.choice(["big", "little"])
    old = int.from_bytes(data[at : at + size], order)
    new = rng.choice([0, 1, old + 1, old - 1, old * 2, old // 2, 256**size - 1, 2 ** (8 * size - 1), len(data)])
    data[at : at + size] = (new % 256**size).to_bytes(size, order)


def swap(rng, data):
    size = rng.choice([1, 2, 4, 12, 64])
    one, other = (rng.randrange(len(data)) for _ in range(2))
    if abs(one - other) < size or max(one, other) + size > len(data):
        return
    data[one : one + size], data[other : other + size] = data[other : other + size], data[one : one + size]


def cut(rng, data):
    del data[rng.randrange(len(data)) :]


def cut_end(rng, data):
    del data[-rng.randint(1, min(20, len(data))) :]


def cut_and_pad(rng, data):
    at = rng.randrange(len(data))
    data[at:] = bytes([rng.choice([0, 0, 255])]) * rng.choice([1, 8, 100, len(data) - at])


def zeros(rng, data):
    at, size = rng.randrange(len(data)), rng.choice([4, 16, 100])
    data[at : at + size] = bytes(len(data[at : at + size]))


def insert(rng, data):
    at = rng.randrange(len(data))
    data[at:at] = rng.randbytes(rng.choice([1, 1, 2, 4, 30]))


def delete(rng, data):
    at = rng.randrange(len(data))
    del data[at : at + rng.choice([1, 1, 2, 4, 30])]


def repeat(rng, data):
    at, size = rng.randrange(len(data)), rng.choice([4, 12, 100])
    data[at:at] = data[at : at + size]


DAMAGES = [flip, flip, flip_head, change, change_number, change_number, swap, cut, cut_end, cut_and_pad, zeros, insert, delete, repeat]


def right_checksums(data):
    """A PNG whose chunks' checksums are right: else Pillow looks no further."""
    at = 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 8 + length
        if end + 4 > len(data):
            return
        data[end : end + 4] = zlib.crc32(data[at + 4 : end]).to_bytes(4, "big")
        at = end + 4


def right_length(data):
    """A WebP whose RIFF header has its length."""
    data[4:8] = (len(data) - 8 & 0xFFFFFFFE).to_bytes(4, "little")


MENDS = {"png": right_checksums, "webp": right_length}


def damaged(rng, kind, base):
    data, names = bytearray(base), []
    for _ in range(rng.choice([1, 1, 1, 2])):
        damage = rng.choice(DAMAGES)
        damage(rng, data)
        names.append(damage.__name__)
        if not data:
            data = bytearray(base[:4])
    if kind in MENDS and rng.random() < 0.75:
        MENDS[kind](data)
        names.append(MENDS[kind].__name__)
    return bytes(data), " ".join(names)


def write(folder, kind, count, seed):
    rng, all_bases = random.Random(f"{seed} {kind}"), bases(kind)
    rows = []
    with open(folder / f"{kind}.bin", "wb") as out:
        while len(rows) < count:
            name, base = rng.choice(all_bases)
            data, how = damaged(rng, kind, base)
            if data == base:
                continue
            out.write(data)
            rows.append({"name": f"{name}: {how}", "bytes": len(data), **reference.golden(data)})
    (folder / f"{kind}.json").write_text(json.dumps(rows))
    print(f"{kind}: {count} files, {sum('error' in row for row in rows)} refused by Pillow")


if __name__ == "__main__":
    if PIL.__version__ != "13.0.0":
        raise SystemExit(f"this needs Pillow 13.0.0, not {PIL.__version__}")
    folder, count, seed, *kinds = sys.argv[1:]
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for kind in kinds or FORMATS:
        write(pathlib.Path(folder), kind, int(count), seed)
