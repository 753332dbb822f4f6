"""PNGs of all kinds: colours, depths, filters, interlacing, transparency, palettes, animations, and files that are odd."""

import struct
import zlib

from .noise import Noise
from .png_file import SIGNATURE, chunk, header, palette, png, raw
from .png_odd import odd

KINDS = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8)]
KINDS += [(4, 8), (4, 16), (6, 8), (6, 16)]
NAMES = {0: "gray", 2: "rgb", 3: "palette", 4: "gray_alpha", 6: "rgba"}
SIZES = [(1, 1), (1, 9), (9, 1), (2, 3), (3, 2), (5, 5), (8, 8), (9, 4), (4, 7), (64, 64), (130, 70), (17, 129)]


def _kinds():
    noise = Noise("kinds")
    for colour, depth in KINDS:
        name = f"{NAMES[colour]}_{depth}"
        for interlace in (False, True):
            width, height = 9 + noise.below(34), 9 + noise.below(34)
            label = f"{name}{'_interlaced' if interlace else ''}_{width}x{height}"
            yield label, png(label, width, height, depth, colour, interlace=interlace)
    for kind in range(5):
        for colour, depth in ((2, 8), (0, 1), (6, 16), (3, 4)):
            label = f"filter_{kind}_{NAMES[colour]}_{depth}"
            yield label, png(label, 21, 13, depth, colour, kinds=[kind])


def _sizes():
    for index, (width, height) in enumerate(SIZES):
        for colour, depth in ((2, 8), (0, 1), (3, 4), (6, 8)):
            interlace = bool((index + colour) % 2)
            label = f"{NAMES[colour]}_{depth}_{width}x{height}{'_interlaced' if interlace else ''}"
            yield label, png(label, width, height, depth, colour, interlace=interlace)


def _transparency():
    keys = {0: struct.pack(">H", 1), 2: struct.pack(">3H", 255, 0, 255), 3: bytes([0, 255, 7])}
    for colour, depth in KINDS:
        if colour in keys:
            name = f"key_{NAMES[colour]}_{depth}"
            yield name, png(name, 20, 15, depth, colour, before=chunk(b"tRNS", keys[colour]))
    for name, colour, depth, body in [
        ("key_gray_short", 0, 8, b"\0"),
        ("key_gray_long", 0, 8, bytes(9)),
        ("key_gray_above_255", 0, 8, b"\xff\xff"),
        ("key_rgb_short", 2, 8, bytes(5)),
        ("key_rgb_above_255", 2, 8, bytes([255, 255, 1, 0, 2, 9])),
        ("key_palette_none", 3, 4, b""),
        ("key_palette_one_of_16", 3, 4, b"\xff\xff\0\xff"),
        ("key_palette_all_255", 3, 4, b"\xff" * 16),
        ("key_palette_long", 3, 4, bytes(300)),
        ("key_palette_zero_at_300", 3, 4, b"\xff" * 300 + b"\0"),
        ("key_gray_alpha", 4, 8, b"\0\1"),
        ("key_rgba", 6, 8, bytes(6)),
    ]:
        yield name, png(name, 20, 15, depth, colour, before=chunk(b"tRNS", body))
    yield "key_before_palette", png("kbp", 20, 15, 4, 3, plte=b"", before=chunk(b"tRNS", b"\0\1") + chunk(b"PLTE", palette(16)))
    yield "key_twice", png("kt", 20, 15, 8, 2, before=chunk(b"tRNS", bytes(6)) + chunk(b"tRNS", bytes(6)))
    yield "key_behind_pixels", png("kb", 20, 15, 8, 2, after=chunk(b"tRNS", bytes(6)))
    yield "key_short_behind_pixels", png("ksb", 20, 15, 8, 2, after=chunk(b"tRNS", bytes(2)))
    yield "key_of_64x64_palette", png("k64", 64, 64, 8, 3, before=chunk(b"tRNS", bytes([0, 9, 99] * 60)))
    yield "key_without_palette", _without_palette(before=chunk(b"tRNS", b"\0"))


def _without_palette(before=b""):
    data = chunk(b"IDAT", zlib.compress(raw("none", 12, 10, 4, 3)))
    return SIGNATURE + header(12, 10, 4, 3) + before + data + chunk(b"IEND")


def _palettes():
    for depth, count in [(8, 0), (8, 1), (8, 3), (8, 255), (8, 256), (8, 257), (4, 5), (4, 17), (2, 2), (1, 1), (1, 256)]:
        name = f"palette_{depth}_bits_{count}_colours"
        yield name, png(name, 33, 21, depth, 3, plte=palette(count))
    for extra in (1, 2):
        yield f"palette_256_and_{extra}_bytes", png("extra", 9, 9, 8, 3, plte=palette(256) + bytes(extra))
        yield f"palette_4_and_{extra}_bytes", png("more", 9, 9, 2, 3, plte=palette(4) + bytes(extra))
    yield "palette_missing", _without_palette()
    yield "palette_of_rgb", png("suggested", 11, 13, 8, 2, plte=palette(9))
    yield "palette_of_rgb_too_long", png("suggested", 11, 13, 8, 2, plte=palette(300))
    yield "palette_of_gray", png("suggested", 11, 13, 8, 0, plte=palette(9))
    yield "palette_twice", png("twice", 11, 13, 4, 3, before=chunk(b"PLTE", palette(16, "second")))
    yield "palette_behind_pixels", png("behind", 11, 13, 4, 3, after=chunk(b"PLTE", palette(16, "second")))


def _control(sequence, width, height, x=0, y=0, *, dispose=0, blend=0):
    return chunk(b"fcTL", struct.pack(">5I2H2B", sequence, width, height, x, y, 1, 10, dispose, blend))


def _frame(sequence, seed, width, height, depth=8, colour=2, *, interlace=False):
    data = zlib.compress(raw(seed, width, height, depth, colour, interlace=interlace))
    return chunk(b"fdAT", struct.pack(">I", sequence) + data)


def _frames(count=2):
    return chunk(b"acTL", struct.pack(">2I", count, 0))


def _animations():
    size = (22, 17)
    second = _control(1, 9, 8, 3, 4) + _frame(2, "second", 9, 8)
    hidden = _control(0, *size) + _frame(1, "first", *size)
    plain = {"before": _frames() + _control(0, *size), "after": second}
    cases = {
        "first_frame_is_picture": plain,
        "picture_is_no_frame": {"before": _frames(1), "after": hidden},
        "picture_is_no_frame_of_2": {"before": _frames(2), "after": hidden + _control(2, 5, 5) + _frame(3, "x", 5, 5)},
        "blend_over": {"before": _frames() + _control(0, *size, dispose=2, blend=1), "after": second},
        "no_frames": {"before": _frames(0) + _control(0, *size), "after": second},
        "frames_twice": {"before": _frames() + _frames() + _control(0, *size), "after": second},
        "frames_short": {"before": chunk(b"acTL", bytes(7))},
        "frames_behind_pixels": {"before": b"", "after": _frames() + hidden},
        "one_frame": {"before": _frames(1) + _control(0, *size)},
        "one_frame_and_more": {"before": _frames(1) + _control(0, *size), "after": second},
        "control_alone": {"before": _control(0, *size)},
        "control_short": {"before": _frames() + chunk(b"fcTL", bytes(25))},
        "control_twice": {"before": _frames() + _control(0, *size) + _control(1, *size)},
        "control_out_of_order": {"before": _frames() + _control(1, *size)},
        "control_beyond_picture": {"before": _frames() + _control(0, 23, 17)},
        "control_of_nothing": {"before": _frames() + _control(0, 0, 0)},
        "second_out_of_order": {**plain, "after": _control(5, 9, 8) + _frame(6, "second", 9, 8)},
        "second_beyond_picture_of_one": {"before": _frames(1) + _control(0, *size), "after": _control(1, 90, 8)},
        "frame_data_short": {"before": _frames(1) + _control(0, *size), "after": chunk(b"fdAT", b"\0\0\0")},
        "frame_data_out_of_order": {"before": _frames(1) + _control(0, *size), "after": _frame(7, "second", 9, 8)},
        "frame_before_picture": {"before": _frames() + _control(0, *size) + _frame(1, "early", *size)},
        "frame_of_part_before_picture": {"before": _frames() + _control(0, 9, 8, 3, 4) + _frame(1, "early", 9, 8)},
        "frame_without_control": {"before": _frames() + _frame(0, "early", *size)},
    }
    for name, parts in cases.items():
        yield f"animation_{name}", png("animation", *size, 8, 2, **parts)
    for interlace in (False, True):
        start = SIGNATURE + header(*size, 8, 6, interlace=int(interlace)) + _frames() + _control(0, 9, 8, 5, 4)
        data = zlib.compress(raw("part", 9, 8, 8, 6, interlace=interlace))
        label = "_interlaced" if interlace else ""
        yield f"animation_first_frame_is_part{label}", start + chunk(b"IDAT", data) + chunk(b"IEND")


EXIF = b"MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0%c\0\0\0\0\0\0"
XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="%d"/></x:xmpmeta>'


def _oriented():
    for turn in range(1, 9):
        colour, depth = KINDS[(turn * 4) % 15]
        yield f"exif_{turn}_{NAMES[colour]}_{depth}", png("exif", 21, 13, depth, colour, before=chunk(b"eXIf", EXIF % turn))
    profile = b"\nexif\n      26\n" + (EXIF % 6).hex().encode() + b"\n"
    packet = b"XML:com.adobe.xmp\0"
    texts = {
        "exif_prefixed": chunk(b"eXIf", b"Exif\0\0" + EXIF % 6),
        "exif_twice": chunk(b"eXIf", EXIF % 6) + chunk(b"eXIf", EXIF % 3),
        "exif_damaged": chunk(b"eXIf", b"damaged"),
        "exif_as_text": chunk(b"tEXt", b"exif\0Exif\0\0" + EXIF % 6),
        "exif_of_1_and_xmp": chunk(b"eXIf", EXIF % 1) + chunk(b"iTXt", packet + bytes(4) + XMP % 6),
        "exif_profile": chunk(b"tEXt", b"Raw profile type exif\0" + profile),
        "exif_profile_deflated": chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(profile)),
        "exif_profile_and_exif": chunk(b"tEXt", b"Raw profile type exif\0" + profile) + chunk(b"eXIf", EXIF % 3),
        "xmp_deflated": chunk(b"iTXt", packet + b"\1\0\0\0" + zlib.compress(XMP % 6)),
        "xmp_deflated_and_damaged": chunk(b"iTXt", packet + b"\1\0\0\0" + zlib.compress(XMP % 6)[:-9] + bytes(9)),
        "xmp_as_text": chunk(b"tEXt", packet + XMP % 6),
        "xmp_twice": chunk(b"iTXt", packet + bytes(4) + XMP % 6) + chunk(b"iTXt", packet + bytes(4) + XMP % 8),
        "xmp_in_language": chunk(b"iTXt", packet + b"\0\0en\0XMP\0" + XMP % 6),
    }
    for name, extra in texts.items():
        yield f"{name}", png("turned", 21, 13, 8, 2, before=extra)
        yield f"{name}_behind_pixels", png("turned", 21, 13, 8, 2, after=extra)
    frames = _frames() + _control(0, 21, 13)
    yield "exif_behind_first_frame", png("turned", 21, 13, 8, 2, before=frames, after=chunk(b"eXIf", EXIF % 6) + _control(1, 9, 8) + _frame(2, "x", 9, 8))
    yield "exif_behind_second_frame", png("turned", 21, 13, 8, 2, before=frames, after=_control(1, 9, 8) + _frame(2, "x", 9, 8) + chunk(b"eXIf", EXIF % 6))


def cases():
    yield from _oriented()
    yield from _kinds()
    yield from _sizes()
    yield from _transparency()
    yield from _palettes()
    yield from _animations()
    yield from odd()
