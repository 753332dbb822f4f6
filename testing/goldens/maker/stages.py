"""The stages of make_goldens.py. The working folder is testing/goldens/."""

import json
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

from . import (
    codings,
    cuts as cut_files,
    damaged,
    damaged_headers,
    encoders,
    foreign,
    metadata,
    reference,
    resample,
    surgery,
)

GOLDENS = Path("goldens.json")
CUTS = Path("cuts.json")
FOLDERS = ("inputs", "refused", "other")


def _require(version):
    if PIL.__version__ != version:
        raise SystemExit(f"this stage runs under Pillow {version}, not {PIL.__version__}")


def _accepted(data):
    try:
        encoders.decode(data)
    except Exception:
        return False
    return True


def _cases():
    """(folder or None where Pillow decides, case)"""
    yield from (("inputs", case) for case in codings.cases())
    yield from (("inputs", case) for case in metadata.cases())
    yield from ((None, case) for case in damaged.cases())
    yield from ((None, case) for case in damaged_headers.cases())
    yield from ((None, case) for case in foreign.damaged())
    yield from (("refused", case) for case in foreign.refused())
    yield from (("other", case) for case in foreign.other())


def inputs():
    """Writes every input anew; files of cases that are gone are deleted."""
    _require("13.0.0")
    written = {}
    for folder, case in _cases():
        data = case.make()
        if not folder:
            home = "inputs" if case.name.endswith(".jpg") else "other"
            folder = home if _accepted(data) else "refused"
        path = Path(folder, case.name)
        assert path not in written, f"two cases are called {path}"
        written[path] = len(data)
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
    for path in [path for folder in FOLDERS for path in Path(folder).iterdir()]:
        if path not in written:
            path.unlink()
    for folder in FOLDERS:
        sizes = [size for path, size in written.items() if path.parts[0] == folder]
        print(f"{folder}: {len(sizes)} files, {sum(sizes)} bytes")


def _files():
    return sorted(path for folder in FOLDERS for path in Path(folder).iterdir())


def _write(entries):
    lines = (json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    GOLDENS.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def _read():
    return json.loads(GOLDENS.read_text())


def goldens():
    _require("13.0.0")
    notes = {case.name: case.note for _, case in _cases() if case.note}
    entries = []
    for path in _files():
        entry = {"name": path.as_posix()}
        if coding := surgery.describe(path.read_bytes()) if path.suffix == ".jpg" else "":
            entry["coding"] = coding
        entry |= reference.golden(path)
        if path.name in notes:
            entry["note"] = notes[path.name]
        entries.append(entry)
    _write(entries)
    _summary(entries)


def _summary(entries):
    for folder in FOLDERS:
        group = [entry for entry in entries if entry["name"].startswith(folder)]
        refused = [entry for entry in group if "error" in entry]
        print(f"{folder}: {len(group)} entries, {len(refused)} refused by Pillow")


def pillow12():
    _require("12.3.0")
    entries = _read()
    for entry in entries:
        if "u8" not in entry:
            continue
        entry["u8_pillow12"], pixels = reference.golden12(entry["name"])
        if pixels != entry["pixels"]:
            print(f"decoded otherwise than by Pillow 13: {entry['name']}")
    _write(entries)
    differing = sum(e["u8"] != e["u8_pillow12"] for e in entries if "u8" in e)
    print(f"{differing} of {sum('u8' in e for e in entries)} differ between the orders")


def drafts():
    _require("13.0.0")
    entries = _read()
    for entry in entries:
        if entry["name"].startswith("inputs/"):
            entry |= reference.drafts(entry["name"])
    _write(entries)
    for field in ("scaled", "u8_draft"):
        print(f"{field}: {sum(field in entry for entry in entries)} entries")


def cuts():
    _require("13.0.0")
    entries = list(cut_files.entries())
    lines = (json.dumps(entry, separators=(",", ":")) for entry in entries)
    CUTS.write_text("[\n" + ",\n".join(lines) + "\n]\n")
    verdicts = [verdict for entry in entries for verdict in entry["recipes"].values()]
    refused = sum(verdict in ("truncated", "broken") for verdict in verdicts)
    print(f"cuts: {len(verdicts)} recipes, {refused} refused by Pillow")


def check():
    _require("13.0.0")
    stored = {entry["name"]: entry for entry in _read()}
    assert list(stored) == [path.as_posix() for path in _files()], "files and goldens differ"
    wrong = _check_digests(stored) + _check_resample(stored) + _check_decoder(stored)
    print("check: " + (f"{wrong} failed" if wrong else "all as it should be"))
    return 1 if wrong else 0


def _check_digests(stored):
    wrong = 0
    for name, entry in stored.items():
        fresh = reference.golden(Path(name))
        if name.startswith("inputs/"):
            fresh |= reference.drafts(name)
        if any(entry.get(key) != value for key, value in fresh.items()):
            wrong += 1
            print(f"not as in goldens.json: {name}")
    return wrong


def _check_resample(stored):
    """The numpy resize against Pillow's, on the inputs and on random shapes."""
    pictures = [
        Image.open(name)
        for name, entry in stored.items()
        if "u8" in entry and name.startswith("inputs") and "via" not in entry
    ]
    rng = np.random.default_rng(224)
    for _ in range(300):
        width, height = (int(v) for v in np.exp(rng.uniform(0, 7, 2)) + 1)
        samples = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
        pictures.append(Image.fromarray(samples))
    wrong = 0
    for picture in pictures:
        mine = resample.resize_and_crop(np.asarray(picture), 224, resample.vertical_first)
        if mine.tobytes() != reference.resized_by_pillow(picture).tobytes():
            wrong += 1
            print(f"numpy differs from Pillow: {picture.size} {picture.mode}")
    print(f"resample: {len(pictures)} pictures, {wrong} differ")
    return wrong


def _check_decoder(stored):
    """libturbojpeg's pixels against Pillow's wherever both give any. What only
    one of them decodes is listed, not wrong: libturbojpeg forgives more."""
    turbo, wrong, equal = encoders.TurboJpeg(), 0, 0
    for name, entry in stored.items():
        if not name.endswith(".jpg") or "limit" in name or "foreign" in name:
            continue
        pixels, message = turbo.decompress(Path(name).read_bytes())
        if "pixels" not in entry:
            if pixels is not None:
                print(f"only libturbojpeg decodes {name}: {message or 'without a warning'}")
        elif pixels is None:
            print(f"only Pillow decodes {name}: {message}")
        elif reference.sha256(pixels) != entry["pixels"]:
            wrong += 1
            print(f"libturbojpeg's pixels differ: {name}: {message or 'without a warning'}")
        else:
            equal += 1
    print(f"decoder: {equal} equal, {wrong} differ")
    return wrong


def table():
    """Markdown: damage by kind of file, accepted or Pillow's message."""
    entries = {Path(entry["name"]).name: entry for entry in _read()}
    kinds = list(damaged.OPTIONS)
    print("| damage | " + " | ".join(kinds) + " |\n|---|" + "---|" * len(kinds))
    rows = {}
    for name, entry in entries.items():
        for kind in kinds:
            prefix = f"damaged_{kind}_"
            if name.startswith(prefix) and entry.get("note"):
                rows.setdefault(entry["note"], {})[kind] = _verdict(entry)
    for note, cells in rows.items():
        if len(cells) > 1:
            print(f"| {note} | " + " | ".join(cells.get(kind, "") for kind in kinds) + " |")
    print("\n| damage to one file | file | Pillow |\n|---|---|---|")
    for name, entry in entries.items():
        note = entry.get("note")
        if note and name.startswith(("damaged", "twelve")) and len(rows.get(note, ())) < 2:
            print(f"| {note} | `{Path(name).stem.removeprefix('damaged_')}` | {_verdict(entry)} |")


def _verdict(entry):
    if "error" not in entry:
        return "accepts"
    for words, short in {
        "truncated": "truncated", "broken data": "broken", "cannot identify": "unidentified",
    }.items():  # fmt: skip
        if words in entry["error"]:
            return short
    return entry["error"].split(":")[0]
