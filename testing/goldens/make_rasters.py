"""Small pictures of a format, of all its kinds, and what Pillow 13.0.0 makes of each: rasters/FORMAT.bin and .json.

    venv13/bin/python make_rasters.py            every format
    venv13/bin/python make_rasters.py png gif    only these

A format is a module of rasters/ with a function `cases()` that yields (name, bytes); names say what is peculiar.
Files follow each other in the .bin in the order of the rows of the .json.
"""

import importlib
import json
import pathlib
import sys

import PIL

from rasters import reference

FOLDER = pathlib.Path(__file__).parent / "rasters"
FORMATS = ["png", "gif", "bmp", "tiff", "webp"]


def write(kind):
    files = dict(importlib.import_module(f"rasters.{kind}").cases())
    rows = [{"name": name, "bytes": len(data), **reference.golden(data)} for name, data in files.items()]
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (FOLDER / f"{kind}.json").write_text(f"[\n{lines}\n]\n")
    (FOLDER / f"{kind}.bin").write_bytes(b"".join(files.values()))
    refused = sum("error" in row for row in rows)
    print(f"{kind}: {len(rows)} files, {sum(map(len, files.values()))} bytes, {refused} refused by Pillow")


if PIL.__version__ != "13.0.0":
    raise SystemExit(f"this needs Pillow 13.0.0, not {PIL.__version__}")
for name in sys.argv[1:] or FORMATS:
    write(name)
