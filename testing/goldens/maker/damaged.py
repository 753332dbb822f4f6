"""Damaged files. Whether each is accepted is for Pillow to say: the stage that
writes them asks it, and puts them into inputs/ or refused/."""

from functools import cache, partial

from . import photos
from .case import Case, seed
from .encoders import TurboJpeg, cjpeg, pillow
from .surgery import (
    APP14,
    COM,
    DHT,
    EOI_BYTES,
    SOS,
    after_soi,
    flip,
    flip_entropy,
    insert_entropy,
    join,
    scan_spans,
    segment,
    split,
    without,
)

OPTIONS = {
    "baseline": [],
    "progressive": ["-progressive"],
    "restart": ["-restart", "2B"],
    "arithmetic": ["-arithmetic"],
    "scans": [],
}


@cache
def whole(kind):
    """The undamaged 4:2:0 file that the damage is done to."""
    scans = "0;\n1;\n2;\n" if kind == "scans" else None
    picture = photos.photo(121, 90, seed("damaged"))
    return cjpeg(picture, "-quality", 70, "-sample", "2x2", *OPTIONS[kind], scans=scans)


def _cut(count):
    return lambda d: d[:-count]


def _scan_point(data, where):
    start, end = scan_spans(data)[0][0], scan_spans(data)[-1][1]
    return start + int((end - start) * where)


def _cut_at(where, tail=b""):
    return lambda d: d[: _scan_point(d, where)].rstrip(b"\xff") + tail


def _zeros_for_eoi(count):
    return lambda d: d[:-2] + bytes(count)


GARBAGE = b"\x11\x22\x00\xff\x00\x33" * 30

# what is done to each kind of file alike
ENDINGS = {
    "cut_1": ("last byte missing (half an EOI)", _cut(1)),
    "cut_2": ("EOI missing, nothing after", _cut(2)),
    "cut_10": ("last 10 bytes missing", _cut(10)),
    "cut_100": ("last 100 bytes missing", _cut(100)),
    "cut_half": ("second half of the scans missing", _cut_at(0.5)),
    "cut_scan_start": ("everything after the first scan's header missing", _cut_at(0)),
    **{
        f"{count}_zeros_for_eoi": (f"EOI replaced by {count} zero bytes", _zeros_for_eoi(count))
        for count in (1, 6, 7, 16)
    },
    "zeros_for_eoi": ("EOI replaced by 500 zeros", lambda d: d[:-2] + bytes(500)),
    "garbage_for_eoi": ("EOI replaced by garbage without a marker", lambda d: d[:-2] + GARBAGE),
    "garbage_then_eoi": (
        "garbage between the scan and EOI",
        lambda d: d[:-2] + GARBAGE + EOI_BYTES,
    ),
    "sos_for_eoi": ("EOI replaced by the last scan's header", lambda d: d[:-2] + _last_scan(d)),
    "early_eoi": ("EOI half-way, nothing after", _cut_at(0.5, EOI_BYTES)),
    "early_eoi_then_rest": (
        "EOI half-way, the rest of the file after it",
        lambda d: _cut_at(0.5, EOI_BYTES)(d) + d[_scan_point(d, 0.5) :],
    ),
    "cut_100_then_eoi": ("last 100 bytes replaced by EOI", lambda d: d[:-100] + EOI_BYTES),
}


def _last_scan(data):
    part = [part for part in split(data) if part.marker == SOS][-1]
    return segment(SOS, part.payload).encode()


def _endings():
    for kind in OPTIONS:
        for damage, (note, make) in ENDINGS.items():
            yield Case(f"damaged_{kind}_{damage}.jpg", lambda k=kind, m=make: m(whole(k)), note)


def _flips():
    for kind in OPTIONS:
        for percent, bit in ((5, 0), (20, 6), (35, 4), (50, 2), (75, 7), (95, 5)):
            yield Case(
                f"damaged_{kind}_flip_{percent}_bit_{bit}.jpg",
                lambda k=kind, p=percent, b=bit: flip_entropy(whole(k), p / 100, b),
                f"one bit flipped {percent} % into the scans",
            )
        for stray in (0x01, 0x02, 0xBF, 0xC0, 0xC4, 0xD0, 0xD8, 0xDA, 0xE0, 0xF0, 0xFE):
            yield Case(
                f"damaged_{kind}_stray_ff{stray:02x}.jpg",
                lambda k=kind, s=stray: insert_entropy(whole(k), 0.4, bytes((0xFF, s))),
                f"a stray FF {stray:02X} in the first scan",
            )
        yield Case(
            f"damaged_{kind}_stray_com.jpg",
            lambda k=kind: insert_entropy(whole(k), 0.4, segment(COM, b"hello").encode()),
            "a whole COM segment inside the first scan",
        )
        yield Case(
            f"damaged_{kind}_extra_30_bytes.jpg",
            lambda k=kind: insert_entropy(whole(k), 0.4, b"\x5a\x33\x0f" * 10),
            "30 stray bytes in the first scan",
        )


def _restarts():
    data = whole("restart")
    start, end = scan_spans(data)[0]
    at = [i for i in range(start, end) if data[i] == 0xFF and 0xD0 <= data[i + 1] <= 0xD7]

    def renumbered(index, step):
        place = at[index] + 1
        number = 0xD0 | (data[place] + step) & 7
        return data[:place] + bytes((number,)) + data[place + 1 :]

    middle = len(at) // 2
    ways = {
        "renumbered_next": ("RSTn renumbered n+1", renumbered(middle, 1)),
        "renumbered_far": ("RSTn renumbered n+4", renumbered(middle, 4)),
        "renumbered_back": ("RSTn renumbered n-1", renumbered(middle, -1)),
        "missing": ("one RSTn left out", data[: at[middle]] + data[at[middle] + 2 :]),
        "missing_segment": ("one restart segment left out", data[: at[4]] + data[at[5] :]),
        "missing_3_segments": ("three restart segments left out", data[: at[4]] + data[at[7] :]),
        "doubled": ("one RSTn twice", data[: at[4]] + data[at[4] :][:2] + data[at[4] :]),
        "doubled_segment": (
            "one restart segment twice",
            data[: at[5]] + data[at[4] : at[5]] + data[at[5] :],
        ),
        "dri_left_out": ("DRI missing, restart markers present", without(data, 0xDD)),
    }
    for way, (note, made) in ways.items():
        yield Case(f"damaged_restart_{way}.jpg", lambda m=made: m, note)


def _scans():
    """Progressive files whose scans are not what they should be."""
    data = whole("progressive")
    parts = split(data)
    places = [i for i, part in enumerate(parts) if part.marker == SOS]

    def one(i):  # a scan and the tables just before it
        return [parts[i - 1], parts[i]] if parts[i - 1].marker == DHT else [parts[i]]

    def drop(gone):
        return join(part for i, part in enumerate(parts) if i != gone)

    ways = {
        "dc_only": (
            "only the first (DC) scan, then EOI",
            join([*parts[: places[0] + 1], parts[-1]]),
        ),
        "first_half": (
            "the first half of the scans, then EOI",
            join([*parts[: places[len(places) // 2]], parts[-1]]),
        ),
        "dc_missing": ("the first (DC) scan missing", drop(places[0])),
        "middle_missing": ("a scan in the middle missing", drop(places[3])),
        "last_missing": ("the last scan missing", drop(places[-1])),
        "doubled": (
            "one scan twice",
            join([*parts[: places[2] + 1], *one(places[2]), *parts[places[2] + 1 :]]),
        ),
        "swapped": (
            "two AC scans the wrong way round",
            join(
                [*parts[: places[1] + 1], *one(places[-1]), *parts[places[1] + 1 : -1], parts[-1]]
            ),
        ),
    }
    for way, (note, made) in ways.items():
        yield Case(f"damaged_progressive_scans_{way}.jpg", lambda m=made: m, note)
    gone = [i for i, part in enumerate(split(whole("scans"))) if part.marker == SOS]
    for index, component in zip(gone, ("y", "cb", "cr"), strict=True):
        yield Case(
            f"damaged_scans_{component}_missing.jpg",
            lambda i=index: join(p for j, p in enumerate(split(whole("scans"))) if j != i),
            f"the scan of {component} missing",
        )


def _twelve_bit():
    def make(picture, subsampling, **options):
        image = picture(64, 48, seed("twelve"))
        factors = TurboJpeg.SUBSAMPLINGS[subsampling]
        return TurboJpeg().compress(image, precision=12, subsampling=factors, **options)

    rgb, gray = photos.photo, photos.gray_photo
    yield Case("twelve_bit_rgb.jpg", partial(make, rgb, "420", quality=80), "12-bit samples")
    yield Case("twelve_bit_gray.jpg", partial(make, gray, "gray", quality=80), "12-bit samples")
    lossless = partial(make, gray, "gray", lossless=1)
    yield Case("twelve_bit_lossless_gray.jpg", lossless, "12-bit samples, lossless")


@cache
def cmyk():
    return pillow(photos.cmyk_photo(121, 90, seed("inks")), quality=70)


@cache
def gray():
    return cjpeg(photos.gray_photo(121, 90, seed("damaged gray")))


def _one_and_four_components():
    yield Case(
        "damaged_cmyk_early_eoi.jpg", lambda: _cut_at(0.5, EOI_BYTES)(cmyk()), "EOI half-way"
    )
    yield Case("damaged_cmyk_cut_2.jpg", lambda: cmyk()[:-2], "EOI missing, nothing after")
    yield Case(
        "damaged_cmyk_adobe_cut_short.jpg",
        lambda: after_soi(without(cmyk(), APP14), b"\xff\xee\0\x04Ad"),
        "an Adobe marker of two bytes",
    )
    yield Case(
        "damaged_gray_early_eoi.jpg", lambda: _cut_at(0.5, EOI_BYTES)(gray()), "EOI half-way"
    )
    yield Case("damaged_gray_cut_half.jpg", lambda: _cut_at(0.5)(gray()), "second half missing")


def _large():
    """A scan longer than Pillow's 64 KiB read, damaged across that boundary."""
    picture = photos.photo(420, 310, seed("damaged large"), 2)

    def write(quality, *options):
        return cjpeg(picture, "-quality", quality, "-sample", "1x1", *options)

    data = write(92)
    assert len(data) > 66000
    for damage, make in {
        "flip_at_64k": lambda: flip(data, 65530, 4),
        "early_eoi_after_64k": lambda: data[:66000].rstrip(b"\xff") + EOI_BYTES,
        "cut_at_64k": lambda: data[:65536],
        "arithmetic": lambda: write(94, "-arithmetic"),
    }.items():
        yield Case(f"damaged_large_{damage}.jpg", make, "a file of more than 64 KiB")


def cases():
    yield from _endings()
    yield from _flips()
    yield from _restarts()
    yield from _scans()
    yield from _twelve_bit()
    yield from _one_and_four_components()
    yield from _large()
