"""GIFs of all kinds, written byte by byte: palettes, frames beside and beyond the canvas, extensions, and damaged codes."""

import struct

from .noise import Noise

END = b";"
RAMP = bytes(level for index in range(256) for level in (index,) * 3)


def colours(bits, seed="colours"):
    return Noise(seed).bytes(3 * 2**bits)


def screen(width, height, palette=None, *, background=0, version=b"GIF89a"):
    flags = 0x80 | _power_of(palette) if palette else 0
    return version + struct.pack("<HHBBB", width, height, flags, background, 0) + (palette or b"")


def _power_of(palette):
    return {6: 0, 12: 1, 24: 2, 48: 3, 96: 4, 192: 5, 384: 6, 768: 7}[len(palette)]


def pixels(seed, width, height, bits):
    return Noise(seed).samples(width * height, 2**bits - 1)


def interlaced(values, width):
    lines = [values[at : at + width] for at in range(0, len(values), width)]
    order = lines[::8] + lines[4::8] + lines[2::4] + lines[1::2]
    return [value for line in order for value in line]


class Codes:
    """Packs codes of any number of bits."""

    def __init__(self):
        self.bits, self.count, self.data = 0, 0, bytearray()

    def put(self, code, width):
        self.bits |= code << self.count
        self.count += width
        while self.count >= 8:
            self.data.append(self.bits & 255)
            self.bits >>= 8
            self.count -= 8

    def bytes(self):
        return bytes(self.data) + (bytes([self.bits & 255]) if self.count else b"")


def lzw(values, bits, *, clears=True, end=True, table=4096):
    """Codes of GIF89a, appendix F; a table that may stay full, and clear codes that may be left out."""
    clear, codes = 2**bits, Codes()
    width, free, known = bits + 1, clear + 2, {}
    if clears:
        codes.put(clear, width)
    prefix = ()
    for value in values:
        if prefix + (value,) in known or not prefix:
            prefix += (value,)
            continue
        codes.put(known.get(prefix, prefix[0]), width)
        if free < 4096:
            known[prefix + (value,)] = free
            if free == 2**width and width < 12:
                width += 1
            free += 1
        if free == table and clears:
            codes.put(clear, width)
            width, free, known = bits + 1, clear + 2, {}
        prefix = (value,)
    if prefix:
        codes.put(known.get(prefix, prefix[0]), width)
        # The decoder has made an entry of it, too.
        if free == 2**width and width < 12:
            width += 1
    if end:
        codes.put(clear + 1, width)
    return codes.bytes()


def blocks(data, size=255, end=b"\0"):
    return b"".join(bytes([len(data[at : at + size])]) + data[at : at + size] for at in range(0, len(data), size)) + end


def picture(seed, width, height, *, x=0, y=0, bits=4, palette=None, interlace=False, data=None, code_bits=None):
    """A frame: descriptor, palette, codes."""
    values = pixels(seed, width, height, bits)
    flags = (0x80 | _power_of(palette) if palette else 0) | (0x40 if interlace else 0)
    if data is None:
        data = blocks(lzw(interlaced(values, width) if interlace and width else values, max(2, bits)))
    descriptor = b"," + struct.pack("<4HB", x, y, width, height, flags)
    return descriptor + (palette or b"") + bytes([code_bits or max(2, bits)]) + data


def control(transparent=None, disposal=0, delay=10):
    flags = disposal << 2 | (transparent is not None)
    return b"!\xf9\4" + struct.pack("<BHB", flags, delay, transparent or 0) + b"\0"


def _palettes():
    for bits in range(1, 9):
        palette = colours(bits)
        yield f"global_{bits}_bits", screen(19, 14, palette) + picture(f"g{bits}", 19, 14, bits=bits) + END
        yield f"local_{bits}_bits", screen(19, 14) + picture(f"l{bits}", 19, 14, bits=bits, palette=palette) + END
    yield "no_palette", screen(19, 14) + picture("none", 19, 14, bits=8) + END
    yield "global_ramp", screen(19, 14, RAMP) + picture("ramp", 19, 14, bits=8) + END
    yield "global_ramp_of_16", screen(19, 14, RAMP[:48]) + picture("ramp16", 19, 14) + END
    yield "global_ramp_but_one", screen(19, 14, RAMP[:-1] + b"\0") + picture("ramp", 19, 14, bits=8) + END
    yield "local_ramp", screen(19, 14) + picture("ramp", 19, 14, bits=8, palette=RAMP) + END
    yield "local_over_global", screen(19, 14, colours(4)) + picture("both", 19, 14, palette=colours(4, "own")) + END
    yield "local_ramp_over_global", screen(19, 14, colours(4)) + picture("both", 19, 14, palette=RAMP[:48]) + END
    yield "local_ramp_over_global_64x64", screen(64, 64, colours(4)) + picture("both", 64, 64, palette=RAMP[:48]) + END
    yield "local_over_global_ramp", screen(19, 14, RAMP[:48]) + picture("both", 19, 14, palette=colours(4)) + END
    yield "indices_beyond_palette", screen(19, 14, colours(2)) + picture("beyond", 19, 14, bits=5) + END
    yield "gif87a", screen(19, 14, colours(4), version=b"GIF87a") + picture("87a", 19, 14) + END
    yield "background", screen(19, 14, colours(4), background=7) + picture("back", 9, 6, x=3, y=3) + END


def _canvases():
    palette = colours(4)
    for name, canvas, place in [
        ("1x1", (1, 1), (1, 1, 0, 0)),
        ("frame_within", (30, 22), (9, 8, 5, 6)),
        ("frame_beyond", (10, 8), (9, 8, 5, 6)),
        ("frame_beyond_right", (10, 30), (9, 8, 5, 6)),
        ("frame_larger", (10, 8), (25, 19, 0, 0)),
        ("frame_beside", (10, 8), (9, 8, 20, 10)),
        ("frame_beside_far", (3, 3), (2, 2, 60, 1)),
        ("canvas_0", (0, 0), (17, 9, 0, 0)),
        ("canvas_0_wide", (0, 9), (17, 9, 2, 0)),
        ("frame_0_wide", (10, 8), (0, 8, 0, 0)),
        ("frame_0_high", (10, 8), (9, 0, 0, 0)),
        ("all_0", (0, 0), (0, 0, 0, 0)),
        ("tall", (2, 61), (2, 61, 0, 0)),
        ("wide", (90, 3), (90, 3, 0, 0)),
        ("large", (150, 97), (150, 97, 0, 0)),
    ]:
        width, height, x, y = place
        for interlace in (False, True):
            for extra, kind in ((b"", ""), (control(5), "_transparent")):
                part = picture(name, width, height, x=x, y=y, interlace=interlace)
                label = f"{name}{kind}{'_interlaced' if interlace else ''}"
                yield label, screen(*canvas, palette) + extra + part + END
    gray = picture("gray", 9, 8, x=5, y=6, bits=8)
    yield "gray_frame_within", screen(30, 22) + gray + END
    yield "gray_frame_within_transparent", screen(30, 22) + control(200) + gray + END


def _extensions():
    palette, part = colours(4), picture("part", 9, 8, x=3, y=2)
    start = screen(19, 14, palette)
    application = b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0"
    extras = {
        "comment": b"!\xfe\5hello\0",
        "comment_of_nothing": b"!\xfe\0",
        "comments": b"!\xfe\5hello\3abc\0" * 3,
        "loop": application,
        "loop_without_block": b"!\xff\x0bNETSCAPE2.0\0",
        "loop_without_block_and_more": b"!\xff\x0bNETSCAPE2.0\0\1,\0",
        "xmp": b"!\xff\x0bXMP DataXMP<x/>" + b"\1" + bytes(range(255, -1, -1)) + b"\0",
        "plain_text": b"!\1\x0c" + bytes(12) + b"\2hi\0",
        "unknown": b"!\x42\3abc\0",
        "unknown_of_nothing": b"!\x42\0\0",
        "unknown_of_nothing_once": b"!\x42\0",
        "control_of_nothing": b"!\xf9\0\0",
        "control_short": b"!\xf9\2\0\0\0",
        "control_3_bytes": b"!\xf9\3\0\0\0\0",
        "control_3_bytes_transparent": b"!\xf9\3\1\0\0\0",
        "control_long": b"!\xf9\6\1\0\0\3\0\0\0",
        "controls": control(3) + control(9),
        "control_without_key_behind_one": control(3) + control(),
        "key_beyond_palette": control(99),
        "bytes_between": b"\0\0abc",
        "end_before_frame": END,
        **{f"disposal_{number}": control(disposal=number) for number in range(8)},
        **{f"disposal_{number}_transparent": control(2, disposal=number) for number in (1, 2, 3)},
    }
    for name, extra in extras.items():
        yield f"extension_{name}", start + extra + part + END
    second = control(1, disposal=2) + picture("second", 5, 5, x=7, y=3, palette=colours(3))
    yield "animation", start + application + control(disposal=1) + picture("first", 19, 14) + second * 3 + END
    yield "animation_damaged_later", start + picture("first", 19, 14) + second[:-20]
    yield "no_frame", start + END
    yield "nothing_behind_screen", start


def _codes():
    palette = colours(4)
    start = screen(19, 14, palette)
    values = pixels("codes", 19, 14, 4)
    good = lzw(values, 4)

    def case(data, bits=4, **options):
        return start + picture("codes", 19, 14, data=data, code_bits=bits, **options) + END

    yield "plain", case(blocks(good))
    yield "blocks_of_1", case(blocks(good, 1))
    yield "without_clear", case(blocks(lzw(values, 4, clears=False)))
    yield "without_end", case(blocks(lzw(values, 4, end=False)))
    yield "without_terminator", case(blocks(good, end=b""))
    yield "many_clears", case(blocks(lzw(values, 4, table=40)))
    long = pixels("long", 120, 90, 8)
    wide = screen(120, 90, colours(8))
    yield "table_full", wide + picture("long", 120, 90, bits=8, data=blocks(lzw(long, 8, table=9999))) + END
    yield "table_cleared", wide + picture("long", 120, 90, bits=8, data=blocks(lzw(long, 8))) + END
    flat = [3] * (120 * 90)
    yield "long_strings", screen(120, 90, palette) + picture("flat", 120, 90, data=blocks(lzw(flat, 4))) + END
    for bits in (1, 3, 5, 8, 9, 11, 12, 13, 255):
        yield f"{bits}_bits_a_code", case(blocks(lzw(values, bits if bits < 12 else 4)), bits)
    yield "1_bit_a_code_of_2_colours", screen(9, 9, colours(1)) + picture("b", 9, 9, bits=1, data=blocks(lzw(pixels("b", 9, 9, 1), 1)), code_bits=1) + END
    # A code of no bits and its end are one, and all else is a clear code.
    zero = picture("zero", 3, 1, data=blocks(b"\0\0\0\0"), code_bits=1)
    yield "0_bits_a_code", start + zero.replace(b"\1\4\0", b"\0\4\0") + END
    yield "9_bits_a_code_high_pixels", case(blocks(lzw([value * 31 for value in values], 9)), 9)
    yield "11_bits_a_code_high_pixels", case(blocks(lzw([value * 131 for value in values], 11)), 11)
    for count in (0, 1, 3, 20, len(good) - 2):
        yield f"cut_{count}", case(blocks(good[:count]))
    yield "file_cut_in_block", case(blocks(good))[:-30]
    yield "file_cut_before_end", case(blocks(good))[:-2]
    yield "file_without_trailer", case(blocks(good))[:-1]
    yield "more_pixels", case(blocks(lzw(values * 2, 4)))
    yield "fewer_pixels", case(blocks(lzw(values[:100], 4)))
    yield "fewer_pixels_and_trailing", case(blocks(lzw(values[:100], 4))) + bytes(4000)
    yield "fewer_pixels_and_64_kib", case(blocks(lzw(values[:100], 4))) + b"\1\0" * 33000
    ended = Codes()
    for at, value in enumerate(values):
        if at % 10 == 0:
            ended.put(16, 5)
        ended.put(value, 5)
        if at == 100:
            ended.put(17, 5)
    yield "end_inside", case(blocks(ended.bytes()))
    yield "end_inside_and_64_kib", case(blocks(ended.bytes())) + b"\1\x55" * 33000
    yield "empty_block_inside", case(blocks(good[:40], end=b"\0") + blocks(good[40:]))
    for at in range(3, len(good) - 3, max(1, len(good) // 14)):
        changed = bytearray(good)
        changed[at] ^= 0x24
        yield f"damaged_{at}", case(blocks(bytes(changed)))
    codes = Codes()
    for code in (16, 3, 19, 20, 17):
        codes.put(code, 5)
    yield "code_above_next", case(blocks(codes.bytes()))
    first = Codes()
    for code in (16, 18, 3):
        first.put(code, 5)
    yield "first_code_above_clear", case(blocks(first.bytes()))
    yield "interlaced_fewer_rows", case(blocks(lzw(values[:19], 4)), interlace=True)


def _heads():
    whole = screen(19, 14, colours(4)) + control(3) + picture("cut", 19, 14) + END
    for count in (6, 10, 12, 13, 20, 60, 61, 62, 63, 66, 69, 70, 75, 79, 80, 81):
        yield f"head_cut_{count}", whole[:count]


def cases():
    yield from _palettes()
    yield from _canvases()
    yield from _extensions()
    for name, data in [*_codes(), *_heads()]:
        yield f"codes_{name}", data
