"""BMPs of all kinds, written byte by byte: headers, depths, masks, palettes, runs, and files that are odd."""

import struct

from .noise import Noise

RAW, RLE8, RLE4, FIELDS, JPEG, PNG = range(6)
RAMP = bytes(level for index in range(256) for level in (index, index, index, 0))
MASKS = {
    "bgrx": (0xFF0000, 0xFF00, 0xFF, 0),
    "xbgr": (0xFF000000, 0xFF0000, 0xFF00, 0),
    "bgxr": (0xFF000000, 0xFF00, 0xFF, 0),
    "abgr": (0xFF000000, 0xFF0000, 0xFF00, 0xFF),
    "rgba": (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
    "bgra": (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
    "bgar": (0xFF000000, 0xFF00, 0xFF, 0xFF0000),
    "zeros": (0, 0, 0, 0),
    "unknown": (0xFF00, 0xFF, 0xFF0000, 0),
}


def colours(count, size=4, seed="colours"):
    return Noise(seed).bytes(size * count)


def info(width, height, bits, *, size=40, compression=RAW, count=0, masks=()):
    body = struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, compression, 0, 2835, 2835, count, 0)
    inside, behind = masks[: (size - 40) // 4], masks[(size - 40) // 4 :]
    words = b"".join(struct.pack("<I", mask) for mask in inside)
    return (body + words + bytes(200))[:size] + b"".join(struct.pack("<I", mask) for mask in behind)


def core(width, height, bits):
    return struct.pack("<IHHHH", 12, width, height, 1, bits)


def file(header, palette, data, *, offset=None):
    start = 14 + len(header) + len(palette)
    place = start if offset is None else offset
    return struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, place) + header + palette + data


def rows(seed, width, height, bits):
    noise, stride = Noise(seed), (width * bits + 31) // 32 * 4
    return b"".join(noise.bytes((width * bits + 7) // 8).ljust(stride, b"\xaa") for _ in range(height))


def plain(seed, width, height, bits, *, palette=None, count=0, size=40, masks=(), compression=None):
    compression = compression if compression is not None else FIELDS if masks else RAW
    header = info(width, height, bits, size=size, compression=compression, count=count, masks=masks)
    if palette is None:
        palette = colours(2**bits) if bits <= 8 else b""
    return file(header, palette, rows(seed, width, abs(height), bits))


def _kinds():
    sizes = [(1, 1), (3, 2), (17, 9), (64, 64), (33, 40), (90, 70)]
    for bits in (1, 4, 8, 16, 24, 32):
        for width, height in sizes if bits != 24 else sizes[:4]:
            yield f"{bits}_bits_{width}x{height}", plain(f"{bits}{width}", width, height, bits)
        yield f"{bits}_bits_top_down", plain(f"{bits}down", 13, -11, bits)
        for size in (52, 56, 64, 108, 124):
            yield f"{bits}_bits_header_{size}", plain(f"{bits}{size}", 13, 11, bits, size=size)
        packed = rows(f"{bits}core", 13, 11, bits)
        yield f"{bits}_bits_core", file(core(13, 11, bits), colours(2**bits, 3) if bits <= 8 else b"", packed)
    for bits in (0, 2, 3, 15, 48, 64):
        yield f"{bits}_bits", plain(f"{bits}", 13, 11, bits, palette=b"")
    for size in (16, 41, 48, 60, 128):
        yield f"header_{size}", plain(f"{size}", 13, 11, 24, size=size)
    yield "core_4_gigabytes", file(core(0, 11, 24), b"", b"")


def _masks():
    for name, masks in MASKS.items():
        for size in (40, 52, 56, 124):
            yield f"masks_{name}_header_{size}", plain(name, 14, 10, 32, masks=masks[: 3 if size == 40 else 4], size=size)
        yield f"masks_{name}_64x64", plain(name, 64, 64, 32, masks=masks, size=56)
    for name, masks in {"565": (0xF800, 0x7E0, 0x1F), "555": (0x7C00, 0x3E0, 0x1F), "444": (0xF00, 0xF0, 0xF)}.items():
        for size in (40, 108):
            yield f"masks_{name}_header_{size}", plain(name, 14, 10, 16, masks=masks, size=size)
    yield "masks_24", plain("24", 14, 10, 24, masks=(0xFF0000, 0xFF00, 0xFF))
    yield "masks_24_other", plain("24", 14, 10, 24, masks=(0xFF, 0xFF00, 0xFF0000))
    yield "masks_8", plain("8", 14, 10, 8, masks=(0xFF0000, 0xFF00, 0xFF))
    yield "compression_jpeg", plain("j", 14, 10, 24, compression=JPEG)
    yield "compression_9", plain("j", 14, 10, 8, compression=9)


def _palettes():
    both = bytes([0, 0, 0, 0, 255, 255, 255, 0])
    for bits, count, palette, name in [
        (1, 0, both, "black_white"),
        (1, 0, both[4:] + both[:4], "white_black"),
        (1, 1, both[:4], "black_alone"),
        (1, 1, b"\1\2\3\0", "colour_alone"),
        (1, 2, colours(2), "two_colours"),
        (4, 16, RAMP[:64], "ramp_of_16"),
        (4, 2, both, "black_white"),
        (4, 3, RAMP[:12], "ramp_of_3"),
        (4, 5, colours(5), "5_colours"),
        (4, 20, colours(20), "20_colours"),
        (8, 0, RAMP, "ramp"),
        (8, 2, both, "black_white"),
        (8, 7, RAMP[:28], "ramp_of_7"),
        (8, 7, colours(7), "7_colours"),
        (8, 256, RAMP[:-4] + b"\1\2\3\0", "ramp_but_one"),
        (8, 257, RAMP + RAMP[:4], "ramp_of_257"),
        (8, 257, colours(257), "257_colours"),
        (8, 65536, colours(256), "65536_colours"),
        (8, 65537, colours(256), "65537_colours"),
        (8, 256, b"", "missing"),
        (8, 256, colours(9), "of_9_said_to_be_256"),
    ]:
        for width in (3, 19):
            yield f"palette_{bits}_bits_{name}_{width}x7", plain(f"p{name}", width, 7, bits, count=count, palette=palette)
    yield "palette_of_24_bits", plain("24", 9, 7, 24, count=5, palette=colours(5))
    whole = plain("at", 19, 7, 8)
    yield "offset_0", whole[:10] + bytes(4) + whole[14:]
    yield "offset_of_palette", whole[:10] + struct.pack("<I", 54) + whole[14:]
    yield "offset_beyond", whole[:10] + struct.pack("<I", 99999) + whole[14:]
    yield "offset_within_header", whole[:10] + struct.pack("<I", 20) + whole[14:]
    yield "offset_later", whole[:10] + struct.pack("<I", 1078 + 9) + whole[14:] + bytes(9)
    rgb = plain("rgb", 9, 7, 24)
    yield "offset_0_of_24_bits", rgb[:10] + bytes(4) + rgb[14:]
    masked = plain("m", 9, 7, 16, masks=(0xF800, 0x7E0, 0x1F))
    yield "offset_0_of_masks", masked[:10] + bytes(4) + masked[14:]


def _runs():
    width, height = 13, 6

    def case(data, compression=RLE8, bits=8, high=height, palette=None, count=0):
        header = info(width, high, bits, compression=compression, count=count)
        return file(header, colours(2**bits) if palette is None else palette, data)

    line8 = b"".join(bytes([3, level, 10, level * 3 % 256]) + b"\0\0" for level in range(1, height + 1))
    line4 = b"".join(bytes([5, 0x10 + level, 8, 0xA0 + level]) + b"\0\0" for level in range(1, height + 1))
    copied = b"".join(b"\0\x0d" + bytes(range(level, level + 13)) + b"\0" + b"\0\0" for level in range(height))
    copied4 = b"".join(b"\0\x0d" + bytes(range(level, level + 7)) + b"\0" + b"\0\0" for level in range(height))
    ramp = RAMP
    files = {
        "8": case(line8 + b"\0\1"),
        "8_without_end": case(line8),
        "8_top_down": case(line8 + b"\0\1", high=-height),
        "8_ramp": case(line8 + b"\0\1", palette=ramp),
        "8_without_line_ends": case(bytes([13, 5, 200, 6]) * 6 + b"\0\1"),
        "8_copied": case(copied + b"\0\1"),
        "8_long_runs": case(b"\xff\x07\0\0" * height + b"\0\1"),
        "8_short_lines": case(b"\4\x07\0\0" * height + b"\0\1"),
        "8_end_early": case(line8[:20] + b"\0\1"),
        "8_cut": case(line8[:20]),
        "8_cut_in_copy": case(copied[:20]),
        "8_cut_in_last_copy": case(copied[:-5]),
        "8_delta": case(b"\4\x07\0\2\3\1" + b"\5\x09\0\0" + line8 + b"\0\1"),
        "8_delta_beyond": case(b"\4\x07\0\2\xff\xff\0\1"),
        "8_delta_cut": case(b"\4\x07\0\2\1"),
        "8_deltas": case(b"\0\2\0\1" * height + b"\0\1"),
        "8_empty": case(b""),
        "8_end_alone": case(b"\0\1"),
        "8_lines_of_nothing": case(b"\0\0" * height + b"\0\1"),
        "8_copy_over_lines": case(b"\0\x30" + bytes(range(48)) + line8 + b"\0\1"),
        "8_copy_beyond": case(line8[:-6] + b"\0\xff" + bytes(range(255)) + b"\0"),
        "8_copy_then_run": case(b"\0\5" + bytes(range(6)) + b"\x0a\x09\0\0" + line8),
        "8_copy_of_3_not_padded": case(b"\0\3abc" + b"\x0a\x09\0\0" + line8 * 2),
        "8_of_4_bits": case(line8 + b"\0\1", bits=4),
        "8_of_1_bit": case(line8 + b"\0\1", bits=1),
        "8_of_black_white": case(b"\4\0\2\1\3\x80\4\xff\0\0" * height, bits=1, palette=bytes([0, 0, 0, 0, 255, 255, 255, 0])),
        "8_of_24_bits": case(line8 + b"\0\1", bits=24, palette=b""),
        "4": case(line4 + b"\0\1", RLE4, 4),
        "4_top_down": case(line4 + b"\0\1", RLE4, 4, high=-height),
        "4_copied": case(copied4 + b"\0\1", RLE4, 4),
        "4_of_8_bits": case(line4 + b"\0\1", RLE4, 8),
        "4_copied_cut": case(copied4[:-6], RLE4, 4),
        "4_end_early": case(line4[:20] + b"\0\1", RLE4, 4),
        "4_delta": case(b"\4\x71\0\2\3\1" + b"\5\x29\0\0" + line4 + b"\0\1", RLE4, 4),
        "4_copy_of_1": case(b"\0\3\x12\x30" + b"\x0a\x9a\0\0" + line4 + b"\0\1", RLE4, 4),
        "4_ramp": case(line4 + b"\0\1", RLE4, 4, palette=RAMP[:64]),
    }
    for name, data in files.items():
        yield f"runs_{name}", data
    odd = case(b"\0" + copied)
    yield "runs_8_at_odd_offset", odd[:10] + struct.pack("<I", 14 + 40 + 1024 + 1) + odd[14:]


def _ends():
    for bits in (1, 8, 16, 24, 32):
        whole = plain(f"end{bits}", 7, 5, bits)
        for count in (1, 2, 3, 4, 9):
            yield f"{bits}_bits_cut_{count}", whole[:-count]
        yield f"{bits}_bits_and_more", whole + b"garbage"
    whole = plain("head", 7, 5, 8)
    for count in (2, 13, 14, 17, 18, 30, 53, 54, 60, 1077, 1078):
        yield f"head_cut_{count}", whole[:count]
    for name, size in {"0_wide": (0, 5), "0_high": (7, 0), "negative_width": (-7, 5), "huge": (2**30, 2**20)}.items():
        yield f"size_{name}", file(info(*size, 24), b"", rows("size", 7, 5, 24))
    yield "size_of_core_top_down", file(core(7, 65531, 24), b"", rows("size", 7, 5, 24))
    yield "height_ff", file(struct.pack("<IiIHHIIiiII", 40, 7, 0xFF000005, 1, 24, 0, 0, 0, 0, 0, 0), b"", rows("s", 7, 5, 24))
    yield "cut_palette", plain("c", 7, 5, 8, palette=b"")[:-200]
    yield "dib_alone", whole[14:]


def cases():
    yield from _kinds()
    yield from _masks()
    yield from _palettes()
    yield from _runs()
    yield from _ends()
