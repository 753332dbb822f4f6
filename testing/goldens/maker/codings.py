"""Sizes and codings: every way a sound photograph can be written."""

from functools import partial

from . import photos
from .case import Case, seed
from .encoders import TurboJpeg, cjpeg, jpegtran, pillow
from .surgery import (
    APP0, APP14, DHT, adobe, after_soi, edit_frame, with_component_ids, without,
)  # fmt: skip

# width, height, quality, detail
SIZES = [
    (1, 1, 90, 0), (2, 3, 90, 0), (3, 2, 90, 0), (7, 5, 90, 0), (8, 8, 90, 1), (16, 16, 90, 1),
    (17, 300, 85, 1), (300, 17, 85, 1), (100, 80, 85, 1), (80, 100, 85, 1), (113, 340, 80, 1),
    (223, 223, 80, 1), (224, 224, 80, 1), (225, 225, 80, 1), (223, 225, 80, 1), (225, 223, 80, 1),
    (224, 300, 75, 1), (301, 224, 75, 1), (448, 448, 70, 1), (449, 301, 70, 1),
    (333, 777, 70, 1), (777, 333, 70, 1), (500, 375, 75, 1), (375, 500, 75, 1),
    (640, 480, 75, 1), (480, 640, 75, 1), (1024, 768, 60, 0.5), (1600, 1200, 40, 0.2),
    (1200, 1600, 40, 0.2), (4000, 3000, 10, 0), (3000, 4000, 10, 0),
    (2000, 30, 80, 1), (30, 2000, 80, 1),
    # around Pillow 13's switch to vertical first: h - th > 2 * (w - tw)
    (300, 600, 60, 0.5), (300, 601, 60, 0.5), (301, 602, 60, 0.5), (301, 603, 60, 0.5),
    (225, 451, 60, 0.5), (240, 1700, 50, 0.3),
]  # fmt: skip

# sampling factors, luma first, and a short name
SAMPLINGS = {
    "444": "1x1,1x1,1x1", "422": "2x1,1x1,1x1", "420": "2x2,1x1,1x1", "440": "1x2,1x1,1x1",
    "411": "4x1,1x1,1x1", "410": "4x2,1x1,1x1", "441": "1x4,1x1,1x1", "24": "2x4,1x1,1x1",
    "3x1": "3x1,1x1,1x1", "1x3": "1x3,1x1,1x1", "3x2": "3x2,1x1,1x1",
    "444as3x1": "3x1,3x1,3x1", "444as1x2": "1x2,1x2,1x2",
    "422as2x2": "2x2,1x2,1x2", "440as2x2": "2x2,2x1,2x1", "mixed_2x2_1x2_2x1": "2x2,1x2,2x1",
    "mixed_2x2_2x2_1x1": "2x2,2x2,1x1", "mixed_2x1_1x1_2x1": "2x1,1x1,2x1",
    "mixed_4x1_2x1_1x1": "4x1,2x1,1x1", "mixed_1x2_1x1_1x2": "1x2,1x1,1x2",
    "luma1x1_chroma2x2": "1x1,2x2,2x2", "luma1x1_chroma2x1": "1x1,2x1,2x1",
    "luma1x1_chroma1x2": "1x1,1x2,1x2", "luma1x2_chroma2x1": "1x2,2x1,2x1",
}  # fmt: skip

# every coefficient of every component in a scan of its own
SPECTRAL = "0,1,2: 0-0, 0, 0;\n" + "".join(
    f"{c}: {a}-{b}, 0, 0;\n" for c in (0, 1, 2) for a, b in ((1, 2), (3, 9), (10, 63))
)
ONE_BY_ONE = "0: 0-0, 0, 0;\n" + "".join(f"0: {k}-{k}, 0, 0;\n" for k in range(1, 64))
REFINED = (
    "0,1,2: 0-0, 0, 2;\n0,1,2: 0-0, 2, 1;\n0,1,2: 0-0, 1, 0;\n"
    + "".join(f"{c}: 1-63, 0, 2;\n{c}: 1-63, 2, 1;\n{c}: 1-63, 1, 0;\n" for c in (0, 1, 2))
)  # fmt: skip


def _rgb(name, width, height, detail=1.0):
    return photos.photo(width, height, seed(name), detail)


def _case(name, size, *options, detail=1.0, scans=None, note=""):
    """A picture of its own through cjpeg; gray where the name says so."""
    draw = photos.gray_photo if name.startswith("gray") else photos.photo

    def make():
        return cjpeg(draw(*size, seed(name), detail), *options, scans=scans)

    return Case(name, make, note)


def _sizes():
    for width, height, quality, detail in SIZES:
        options = ("-optimize", "-quality", quality, "-sample", "2x2")
        yield _case(f"rgb_420_{width}x{height}.jpg", (width, height), *options, detail=detail)
    for size in ((1, 65500), (65500, 1)):
        options = ("-optimize", "-quality", 60, "-sample", "1x1")
        yield _case("rgb_444_{}x{}.jpg".format(*size), size, *options, detail=0)
        yield _case("gray_{}x{}.jpg".format(*size), size, "-optimize", detail=0)


def _samplings():
    for short, factors in SAMPLINGS.items():
        sizes = [(257, 171), (38, 45)]
        if short in ("422", "420", "440", "411"):
            sizes += [(258, 171), (257, 172), (259, 174)]
        for width, height in sizes:
            options = ("-quality", 80, "-optimize", "-sample", factors)
            yield _case(f"rgb_{short}_{width}x{height}.jpg", (width, height), *options)


def _processes():
    """Progressive, arithmetic, restarts, scan scripts, tables, qualities."""
    ways = {
        "progressive": ["-progressive"],
        "arithmetic": ["-arithmetic"],
        "arithmetic_progressive": ["-arithmetic", "-progressive"],
        "arithmetic_restart_2b": ["-arithmetic", "-restart", "2B"],
        "huffman_default": [],
        "restart_1b": ["-restart", "1B"],
        "restart_3b": ["-restart", "3B"],
        "restart_1": ["-restart", "1"],
        "progressive_restart_5b": ["-progressive", "-restart", "5B"],
        "quality_1_16bit_tables": ["-quality", "1"],
        "quality_1_baseline": ["-quality", "1", "-baseline"],
        "quality_100": ["-quality", "100", "-optimize"],
    }
    for way, options in ways.items():
        options = ("-quality", 80, "-sample", "2x2", *options)
        yield _case(f"rgb_420_{way}_245x163.jpg", (245, 163), *options)
    options = ("-progressive", "-sample", "1x1")
    yield _case("rgb_444_progressive_245x163.jpg", (245, 163), *options)
    scripts = {
        "scans_each_alone": "0;\n1;\n2;\n",
        "scans_luma_then_chroma": "0;\n1,2;\n",
        "scans_reversed": "2;\n1;\n0;\n",
        "progressive_spectral": SPECTRAL,
        "progressive_refined": REFINED,
    }
    for way, script in scripts.items():
        options = ("-quality", 75, "-sample", "2x2")
        yield _case(f"rgb_420_{way}_203x307.jpg", (203, 307), *options, scans=script)


def _static():
    for name, size, quality, sampling in (
        ("rgb_444_static_quality_100_120x90.jpg", (120, 90), 100, "1x1"),
        ("rgb_420_static_quality_20_333x111.jpg", (333, 111), 20, "2x2"),
    ):
        options = ("-quality", quality, "-sample", sampling)
        make = partial(_noise, size, seed(name), options)
        yield Case(name, make, "white noise, every sample clamps")


def _noise(size, number, options):
    return cjpeg(photos.static(*size, number), *options)


def _gray():
    ways = {
        "baseline": [], "progressive": ["-progressive"], "arithmetic": ["-arithmetic"],
        "arithmetic_progressive": ["-arithmetic", "-progressive"], "restart_2b": ["-restart", "2B"],
    }  # fmt: skip
    for way, options in ways.items():
        yield _case(f"gray_{way}_267x301.jpg", (267, 301), *options)
    name, note = "gray_progressive_64_scans_131x97.jpg", "legitimate: a scan limit must let it pass"
    yield _case(name, (131, 97), scans=ONE_BY_ONE, note=note)
    plain = _case("gray_factors_2x2_131x97.jpg", (131, 97))
    yield Case(plain.name, lambda: _twice(plain.make()), "one component declared 2x2")


def _twice(data):
    def change(payload):
        payload[7] = 0x22

    return edit_frame(data, change)


def _colour_spaces():
    """Which of Adobe's marker, JFIF's and the component ids decides."""

    def ycc(name):
        return cjpeg(_rgb(name, 151, 233), "-sample", "2x2", "-quality", 80)

    def rgb(name):
        return cjpeg(_rgb(name, 151, 233), "-rgb", "-quality", 85)

    def jfif(name):
        return next_jfif(ycc(name))

    ways = {
        "rgb_coded_adobe0_ids_rgb": lambda n: rgb(n),
        "rgb_coded_ids_rgb": lambda n: without(rgb(n), APP14),
        "rgb_coded_adobe0_ids_123": lambda n: with_component_ids(rgb(n), (1, 2, 3)),
        "rgb_coded_adobe0_jfif": lambda n: after_soi(
            with_component_ids(rgb(n), (1, 2, 3)), jfif(n)
        ),
        "rgb_coded_jfif_ids_rgb": lambda n: after_soi(without(rgb(n), APP14), jfif(n)),
        "rgb_coded_no_marker_ids_123": lambda n: with_component_ids(
            without(rgb(n), APP14), (1, 2, 3)
        ),
        "ycc_no_jfif": lambda n: without(ycc(n), APP0),
        "ycc_no_jfif_ids_012": lambda n: with_component_ids(without(ycc(n), APP0), (0, 1, 2)),
        "ycc_no_jfif_ids_odd": lambda n: with_component_ids(without(ycc(n), APP0), (17, 4, 200)),
        "ycc_ids_rgb_adobe1": lambda n: after_soi(
            with_component_ids(without(ycc(n), APP0), b"RGB"), adobe(1)
        ),
        "ycc_adobe1": lambda n: after_soi(without(ycc(n), APP0), adobe(1)),
        "ycc_adobe2": lambda n: after_soi(without(ycc(n), APP0), adobe(2)),
        "ycc_adobe_too_short": lambda n: after_soi(
            without(ycc(n), APP0), b"\xff\xee\0\x0dAdobe\0\x64\0\0\0\0"
        ),
        "ycc_no_huffman_tables": lambda n: without(ycc(n), DHT),
    }
    notes = {
        "ycc_no_huffman_tables": "as Motion JPEG: the standard tables are meant",
        "rgb_coded_adobe0_jfif": "JFIF wins over Adobe",
        "rgb_coded_jfif_ids_rgb": "JFIF wins over the ids",
    }
    for way, make in ways.items():
        name = f"{way}_151x233.jpg"
        yield Case(name, partial(make, name), notes.get(way, ""))
    note = "red at full size, green and blue halved"
    yield _case("rgb_coded_420_151x233.jpg", (151, 233), "-rgb", "-sample", "2x2", note=note)


def next_jfif(data):
    """The bytes of a file's JFIF segment."""
    return data[2 : 4 + int.from_bytes(data[4:6], "big")]


def _tall():
    """More pictures whose vertical pass comes first in Pillow 13."""
    progressive = ("-progressive", "-quality", 45, "-sample")
    yield _case("gray_tall_300x900.jpg", (300, 900), detail=0.3)
    yield _case("rgb_444_tall_460x1203.jpg", (460, 1203), *progressive, "1x1", detail=0.3)
    yield _case("rgb_422_tall_700x1500.jpg", (700, 1500), *progressive, "2x1", detail=0.3)
    yield _case("rgb_440_tall_229x1999.jpg", (229, 1999), *progressive, "1x2", detail=0.3)
    name = "cmyk_tall_261x805.jpg"
    yield Case(name, lambda: pillow(_enlarged(name, (261, 805)), quality=50, optimize=True))


def _enlarged(name, size):
    """A soft CMYK picture, so that the file is small."""
    return photos.cmyk_photo(size[0] // 3, size[1] // 3, seed(name)).resize(size)


def _four_inks():
    def adobe0(name, **options):
        return pillow(photos.cmyk_photo(211, 157, seed(name)), quality=80, **options)

    def ycck(name, subsampling, **options):
        picture = photos.cmyk_photo(211, 157, seed(name))
        return TurboJpeg().compress(
            picture,
            quality=80,
            subsampling=TurboJpeg.SUBSAMPLINGS[subsampling],
            colour_space=TurboJpeg.SPACES["YCCK"],
            **options,
        )

    ways = {
        "cmyk_adobe0": lambda n: adobe0(n),
        "cmyk_adobe0_progressive": lambda n: adobe0(n, progressive=True),
        "cmyk_adobe0_arithmetic": lambda n: jpegtran(adobe0(n), "-arithmetic"),
        "cmyk_no_adobe": lambda n: without(adobe0(n), APP14),
        "cmyk_no_adobe_jfif": lambda n: after_soi(
            without(adobe0(n), APP14), next_jfif(pillow(_rgb(n, 8, 8)))
        ),
        "ycck_444": lambda n: ycck(n, "444"),
        "ycck_422": lambda n: ycck(n, "422"),
        "ycck_420": lambda n: ycck(n, "420"),
        "ycck_440": lambda n: ycck(n, "440"),
        "ycck_420_progressive": lambda n: ycck(n, "420", progressive=1),
        "ycck_adobe1": lambda n: after_soi(without(ycck(n, "420"), APP14), adobe(1)),
        "ycck_no_adobe": lambda n: without(ycck(n, "444"), APP14),
    }
    notes = {
        "cmyk_no_adobe": "Pillow takes inks as inverted all the same",
        "ycck_no_adobe": "read as CMYK, so the colours are wrong, as Pillow's are",
    }
    for way, make in ways.items():
        name = f"{way}_211x157.jpg"
        yield Case(name, partial(make, name), notes.get(way, ""))
    name = "ycck_420_1001x333.jpg"
    options = dict(quality=30, subsampling=2, colour_space=4, optimize=1)
    yield Case(name, lambda: TurboJpeg().compress(_enlarged(name, (1001, 333)), **options))


def _lossless():
    ways = {
        "lossless_rgb_predictor_1": (photos.photo, dict(predictor=1)),
        "lossless_rgb_predictor_7_shift_2": (photos.photo, dict(predictor=7, point_transform=2)),
        "lossless_gray_predictor_4": (photos.gray_photo, dict(predictor=4)),
        "lossless_gray_restart": (photos.gray_photo, dict(predictor=1, restart_blocks=61)),
        "lossless_cmyk": (photos.cmyk_photo, dict(predictor=2)),
    }

    def make(name, draw, options):
        return TurboJpeg().compress(draw(61, 47, seed(name)), lossless=1, optimize=1, **options)

    for way, (draw, options) in ways.items():
        name = f"{way}_61x47.jpg"
        yield Case(name, partial(make, name, draw, options))


def cases():
    yield from _sizes()
    yield from _samplings()
    yield from _processes()
    yield from _static()
    yield from _gray()
    yield from _colour_spaces()
    yield from _tall()
    yield from _four_inks()
    yield from _lossless()
