"""What surrounds the picture: profiles, EXIF, comments, thumbnails, trailers."""

import struct
from functools import cache, partial

from PIL import ImageCms

from . import photos
from .case import Case, seed
from .encoders import cjpeg, pillow
from .surgery import (
    APP0, APP1, APP2, COM, DHT, DQT, SOS, after_soi, before, join, segment, split,
)  # fmt: skip

WIDTH, HEIGHT = 190, 121  # not square, so that a turn shows


@cache
def plain(name="metadata"):
    picture = photos.photo(WIDTH, HEIGHT, seed(name))
    return cjpeg(picture, "-quality", 75, "-sample", "2x2", "-optimize")


def _swapped_profile():
    """sRGB with red and blue exchanged, so that applying it could not be missed;
    the date that Little CMS writes is blanked."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile[:24] + bytes(12) + profile[36:]
    for old, new in ((b"rXYZ", b"tmp!"), (b"bXYZ", b"rXYZ"), (b"tmp!", b"bXYZ")):
        profile = profile.replace(old, new, 1)
    return profile


def icc(chunks=1):
    profile = _swapped_profile()
    step = -(-len(profile) // chunks)
    return [
        segment(APP2, b"ICC_PROFILE\0" + bytes((i + 1, chunks)) + profile[i * step :][:step])
        for i in range(chunks)
    ]


def exif(orientation, order="<", thumbnail=b"", kind=3):
    """An APP1 segment with one orientation tag (kind 3 SHORT, 4 LONG) and,
    where given, a thumbnail in the second directory."""
    mark = b"II" if order == "<" else b"MM"
    pack = partial(struct.pack, order + "HHI")
    value = struct.pack(order + ("HH" if kind == 3 else "I"), *([orientation, 0][: 5 - kind]))
    first = struct.pack(order + "H", 1) + pack(0x0112, kind, 1) + value
    if not thumbnail:
        body = first + bytes(4)
    else:
        second_at = 8 + len(first) + 4
        data_at = second_at + 2 + 3 * 12 + 4
        second = struct.pack(order + "H", 3)
        second += pack(0x0103, 3, 1) + struct.pack(order + "HH", 6, 0)
        second += pack(0x0201, 4, 1) + struct.pack(order + "I", data_at)
        second += pack(0x0202, 4, 1) + struct.pack(order + "I", len(thumbnail))
        body = first + struct.pack(order + "I", second_at) + second + bytes(4) + thumbnail
    return segment(APP1, b"Exif\0\0" + mark + struct.pack(order + "HI", 42, 8) + body)


def xmp(orientation):
    packet = f'<x:xmpmeta><rdf:Description tiff:Orientation="{orientation}"/></x:xmpmeta>'
    return segment(APP1, b"http://ns.adobe.com/xap/1.0/\0" + packet.encode())


def _small():
    return pillow(photos.photo(40, 26, seed("thumbnail")), quality=60)


def _turned(name, size, tag):
    return after_soi(cjpeg(photos.photo(*size, seed(name)), "-sample", "2x2", "-optimize"), tag)


def _orientations():
    for orientation in range(1, 9):
        order, word = ("<", "ii") if orientation % 2 == 0 else (">", "mm")
        name = f"exif_{orientation}_{word}_{WIDTH}x{HEIGHT}.jpg"
        yield Case(name, partial(_turned, name, (WIDTH, HEIGHT), exif(orientation, order)))
    for name, size, orientation in (
        ("exif_6_tall_260x700.jpg", (260, 700), 6),
        ("exif_8_wide_700x260.jpg", (700, 260), 8),
    ):
        note = "the turn changes the order of the passes"
        yield Case(name, partial(_turned, name, size, exif(orientation)), note)
    ways = {
        "exif_0": [exif(0)],
        "exif_9": [exif(9)],
        "exif_6_long": [exif(6, kind=4)],
        "exif_6_thumbnail": [exif(6, ">", _small())],
        "exif_3_then_icc": [exif(3), *icc()],
        "exif_two_6_then_3": [exif(6), exif(3)],
        "exif_cut_short": [segment(APP1, exif(6).payload[:20])],
        "exif_bad_byte_order": [segment(APP1, b"Exif\0\0XX" + exif(6).payload[8:])],
        "exif_xmp_orientation_6": [xmp(6)],
        "exif_1_xmp_orientation_6": [exif(1), xmp(6)],
    }
    notes = {
        "exif_6_long": "the tag as LONG instead of SHORT",
        "exif_two_6_then_3": "Pillow joins the second's bytes to the first's",
        "exif_xmp_orientation_6": "Pillow falls back on XMP's tiff:Orientation",
    }
    for way, parts in ways.items():
        name = f"{way}_{WIDTH}x{HEIGHT}.jpg"
        yield Case(name, lambda n=name, p=parts: after_soi(plain(n), *p), notes.get(way, ""))


def merged(data, marker):
    """All segments with this marker as one."""
    parts = split(data)
    payload = b"".join(part.payload for part in parts if part.marker == marker)
    first = next(i for i, part in enumerate(parts) if part.marker == marker)
    rest = [part for part in parts[first:] if part.marker != marker]
    return join([*parts[:first], segment(marker, payload), *rest])


def _containers():
    many = [segment(marker, f"application {marker:x}".encode()) for marker in range(0xE0, 0xF0)]
    big = [segment(0xE5, bytes(range(256)) * 140)] * 2
    jfif_thumbnail = segment(APP0, b"JFIF\0\x01\x02\0\0\1\0\1\4\3" + bytes(36))
    noise = b"\x00\x11PK\x03\x04 trailing bytes \xff\x00\xff\xff" * 20
    ways = {
        "icc": lambda d: after_soi(d, *icc()),
        "icc_in_3": lambda d: after_soi(d, *icc(3)),
        "icc_incomplete": lambda d: after_soi(d, icc(3)[0]),
        "comment": lambda d: after_soi(d, segment(COM, "grüße \0".encode())),
        "comment_empty": lambda d: after_soi(d, segment(COM)),
        "comment_holding_markers": lambda d: after_soi(
            d, segment(COM, b"\xff\xd8\xff\xda\0\2\xff\xd9\xff\xc0\0\1")
        ),
        "comments_300": lambda d: after_soi(d, *[segment(COM, b"again")] * 300),
        "apps_all": lambda d: after_soi(d, *many),
        "apps_72k": lambda d: after_soi(d, *big),
        "app_before_scan": lambda d: before(d, SOS, segment(0xE9, b"late").encode()),
        "jfif_thumbnail": lambda d: after_soi(d, jfif_thumbnail),
        "tables_merged": lambda d: merged(merged(d, DHT), DQT),
        "restart_interval_0": lambda d: before(d, SOS, segment(0xDD, bytes(2)).encode()),
        "fill_bytes_every_marker": _filled,
        "fill_bytes_5000": lambda d: after_soi(d, b"\xff" * 5000),
        "junk_between_segments": lambda d: after_soi(d, split(d)[1], b"junk \x00\x01\x80"),
        "junk_ff00_between_segments": lambda d: after_soi(d, split(d)[1], b"\xff\x00\xff\x00"),
        "trailing_garbage": lambda d: d + noise,
        "trailing_zeros": lambda d: d + bytes(1000),
        "trailing_png": lambda d: d + b"\x89PNG\r\n\x1a\n",
        "trailing_second_image": lambda d: d + plain("second"),
    }
    notes = {
        "apps_72k": "the header alone fills Pillow's 64 KiB read",
        "icc": "the profile exchanges red and blue: Pillow ignores it",
    }
    for way, make in ways.items():
        name = f"metadata_{way}_{WIDTH}x{HEIGHT}.jpg"
        yield Case(name, lambda n=name, m=make: m(plain(n)), notes.get(way, ""))
    yield Case(f"metadata_mpo_{WIDTH}x{HEIGHT}.jpg", _mpo, "a real MPO of two pictures")


def _filled(data):
    """0xFF padding before every marker after SOI, the scan's end included."""
    first, *rest = split(data)
    return first.encode() + b"".join(b"\xff" * 3 + part.encode() for part in rest)


def _mpo():
    first, second = (photos.photo(WIDTH, HEIGHT, seed(f"mpo {i}")) for i in (1, 2))
    return pillow(first, "MPO", save_all=True, append_images=[second], quality=75)


def cases():
    yield from _orientations()
    yield from _containers()
