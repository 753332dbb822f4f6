"""WebPs of all kinds: lossy, lossless, with alpha, metadata and animations, whole and damaged."""

import io
import struct

import numpy
from PIL import Image

SIZES = [(1, 1), (2, 1), (3, 5), (16, 16), (17, 33), (64, 64), (97, 61), (30, 120)]
METHODS = {
    "q80": {"quality": 80},
    "q1": {"quality": 1, "method": 6},
    "q100": {"quality": 100, "method": 0},
    "lossless": {"lossless": True},
    "exact": {"lossless": True, "exact": True, "method": 6},
    "alpha10": {"quality": 50, "alpha_quality": 10},
}
ORIENTATION = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHH", 0x112, 3, 1, 6, 0) + bytes(4)
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="8"/></x:xmpmeta>'


def picture(size, channels, kind="wave"):
    width, height = size
    y, x = numpy.mgrid[0:height, 0:width]
    if kind == "wave":
        planes = [127 + 120 * numpy.sin(x / 5 + channel) * numpy.cos(y / 7 - channel) for channel in range(channels)]
    elif kind == "palette":
        planes = [(x // 3 * 85 + y // 4 * 60 * channel) % 256 for channel in range(channels)]
    else:
        planes = list(numpy.random.default_rng(width * 1000 + height).integers(0, 256, (channels, height, width)))
    return Image.fromarray(numpy.stack(planes, -1).astype("u1"), "RGBA" if channels == 4 else "RGB")


def saved(image, **options):
    file = io.BytesIO()
    image.save(file, "WEBP", **options)
    return file.getvalue()


def chunks(data):
    """The chunks of a file, as [name, payload]."""
    result, offset = [], 12
    while offset < len(data):
        length = struct.unpack_from("<I", data, offset + 4)[0]
        result.append([data[offset : offset + 4], data[offset + 8 : offset + 8 + length]])
        offset += 8 + length + length % 2
    return result


def riff(parts, size=None):
    body = b"WEBP" + b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in parts)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def u24(value):
    return struct.pack("<I", value)[:3]


def vp8x(flags, width, height):
    return [b"VP8X", bytes([flags, 0, 0, 0]) + u24(width - 1) + u24(height - 1)]


def animation(flags, canvas, frames, extra=()):
    """Frames are (x, y, file, blend bits)."""
    parts = [vp8x(flags, *canvas), [b"ANIM", bytes([9, 8, 7, 6]) + struct.pack("<H", 0)]]
    for x, y, file, bits in frames:
        image = Image.open(io.BytesIO(file))
        body = [part for part in chunks(file) if part[0] in (b"ALPH", b"VP8 ", b"VP8L")]
        header = u24(x // 2) + u24(y // 2) + u24(image.width - 1) + u24(image.height - 1) + u24(100) + bytes([bits])
        parts.append([b"ANMF", header + riff(body)[12:]])
    return riff([*parts, *extra])


def stills():
    for size in SIZES:
        for kind in ("wave", "noise", "palette"):
            for name, options in METHODS.items():
                channels = 4 if name in ("exact", "alpha10") or kind == "palette" else 3
                if size in ((97, 61), (30, 120)) and kind == "noise":
                    continue
                yield f"{kind}_{name}_{channels}_{size[0]}x{size[1]}", saved(picture(size, channels, kind), **options)


def extended():
    plain, clear = saved(picture((40, 30), 3)), saved(picture((40, 30), 4))
    lossless, glass = saved(picture((40, 30), 3), lossless=True), saved(picture((40, 30), 4), lossless=True)
    yield "exif", saved(picture((40, 30), 3), exif=ORIENTATION)
    yield "exif_prefixed", saved(picture((40, 30), 3), exif=b"Exif\0\0" + ORIENTATION)
    yield "xmp", saved(picture((40, 30), 3), xmp=XMP)
    yield "exif_and_xmp", saved(picture((40, 30), 4), exif=ORIENTATION, xmp=XMP)
    yield "icc", saved(picture((40, 30), 3), icc_profile=bytes(200))
    image = chunks(plain)[0]
    alpha, colour = [part for part in chunks(clear) if part[0] in (b"ALPH", b"VP8 ")]
    yield "exif_not_flagged", riff([vp8x(0, 40, 30), image, [b"EXIF", ORIENTATION]])
    yield "exif_before", riff([vp8x(8, 40, 30), [b"EXIF", ORIENTATION], image])
    yield "exif_twice", riff([vp8x(8, 40, 30), image, [b"EXIF", ORIENTATION.replace(b"\6", b"\3")], [b"EXIF", ORIENTATION]])
    yield "alpha_not_flagged", riff([vp8x(0, 40, 30), alpha, colour])
    yield "alpha_flagged_without", riff([vp8x(16, 40, 30), image])
    yield "alpha_behind", riff([vp8x(16, 40, 30), colour, alpha])
    yield "alpha_twice", riff([vp8x(16, 40, 30), alpha, alpha, colour])
    yield "alpha_alone", riff([vp8x(16, 40, 30), alpha])
    yield "alpha_damaged", riff([vp8x(16, 40, 30), [b"ALPH", alpha[1][: len(alpha[1]) // 2]], colour])
    yield "simple_alpha", riff([alpha, colour])
    yield "lossless_flagged", riff([vp8x(16, 40, 30), chunks(lossless)[0]])
    yield "lossless_alpha_not_flagged", riff([vp8x(0, 40, 30), chunks(glass)[0]])
    yield "unknown_chunks", riff([vp8x(0, 40, 30), [b"abcd", b"12345"], image, [b"efgh", b""]])
    yield "unknown_between", riff([vp8x(16, 40, 30), alpha, [b"abcd", b"12"], colour])
    yield "unknown_first", riff([[b"abcd", b"12"], image])
    yield "simple_then_unknown", riff([image, [b"abcd", b"12345"]])
    yield "second_image", riff([vp8x(0, 40, 30), image, image])
    yield "second_image_simple", riff([image, image])
    yield "second_vp8x", riff([vp8x(0, 40, 30), vp8x(0, 40, 30), image])
    yield "no_image", riff([vp8x(0, 40, 30)])
    yield "canvas_larger", riff([vp8x(0, 41, 30), image])
    yield "canvas_smaller", riff([vp8x(0, 39, 30), image])
    yield "vp8x_short", riff([[b"VP8X", bytes(9)], image])
    yield "vp8x_long", riff([[b"VP8X", vp8x(0, 40, 30)[1] + bytes(7)], image])
    yield "vp8x_flags", riff([vp8x(0xC1, 40, 30), image])
    yield "trailing", plain + b"junk behind it"
    yield "riff_size_short", riff([image], size=len(plain) - 20)
    yield "riff_size_long", riff([image], size=len(plain) + 100)
    yield "riff_size_odd", riff([image], size=len(plain) - 8 + 1) + b"x"
    yield "chunk_size_long", plain[:16] + struct.pack("<I", len(plain)) + plain[20:]
    for share in (0.02, 0.1, 0.5, 0.9, 0.99):
        for name, file in (("lossy", plain), ("lossless", lossless), ("alpha", clear)):
            yield f"cut_{name}_{share}", file[: int(len(file) * share)]
            body = chunks(file)
            cut = body[-1][1][: int(len(body[-1][1]) * share)]
            yield f"cut_inside_{name}_{share}", riff([*body[:-1], [body[-1][0], cut]])
    for place in (21, 24, 27, 35, 60, 100):
        for name, file in (("lossy", plain), ("lossless", lossless)):
            yield f"flip_{name}_{place}", file[:place] + bytes([file[place] ^ 0x10]) + file[place + 1 :]


def animations():
    red = saved(Image.new("RGB", (20, 10), (250, 10, 20)))
    half = saved(Image.new("RGBA", (20, 10), (10, 200, 20, 128)))
    full = saved(picture((40, 30), 3))
    glass = saved(picture((40, 30), 4), lossless=True)
    for flags in (2, 18):
        yield f"anim_full_{flags}", animation(flags, (40, 30), [(0, 0, full, 0), (4, 4, red, 0)])
        yield f"anim_glass_{flags}", animation(flags, (40, 30), [(0, 0, glass, 0)])
        yield f"anim_part_{flags}", animation(flags, (40, 30), [(10, 8, red, 0), (0, 0, full, 0)])
        yield f"anim_part_alpha_{flags}", animation(flags, (40, 30), [(20, 20, half, 2), (0, 0, full, 0)])
        yield f"anim_dispose_{flags}", animation(flags, (40, 30), [(0, 0, half, 1), (0, 0, red, 3)])
        yield f"anim_beyond_{flags}", animation(flags, (40, 30), [(22, 0, red, 0)])
        yield f"anim_beyond_below_{flags}", animation(flags, (40, 30), [(0, 22, red, 0)])
        yield f"anim_exif_{flags}", animation(flags | 8, (40, 30), [(0, 0, full, 0)], [[b"EXIF", ORIENTATION]])
    yield "anim_no_flag", animation(0, (40, 30), [(0, 0, full, 0)])
    yield "anim_no_frame", animation(2, (40, 30), [])
    whole = animation(2, (40, 30), [(0, 0, full, 0), (4, 4, red, 0)])
    yield "anim_cut_second", whole[:-30]
    yield "anim_cut_first", whole[:200]
    parts = chunks(whole)
    yield "anim_no_anim", riff([parts[0], *parts[2:]])
    yield "anim_second_anim", riff([parts[0], parts[1], *parts[1:]])
    yield "anim_still_behind", riff([*parts, chunks(full)[0]])
    yield "anim_still_before", riff([parts[0], chunks(full)[0], *parts[1:]])
    yield "anim_wrong_size", riff([parts[0], parts[1], [b"ANMF", parts[2][1][:6] + u24(7) + parts[2][1][9:]]])
    yield "anim_short_frame", riff([parts[0], parts[1], [b"ANMF", bytes(15)]])
    yield "anim_second_broken", riff([*parts[:3], [b"ANMF", parts[3][1][:16] + b"VP8 \4\0\0\0abcd"]])
    yield "anim_saved", saved(picture((24, 24), 4), save_all=True, append_images=[picture((24, 24), 4, "noise")], duration=50)


def cases():
    yield from stills()
    yield from extended()
    yield from animations()
