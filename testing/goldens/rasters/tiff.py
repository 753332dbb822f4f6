"""TIFFs of all kinds, written bit by bit: most of them nothing here or in Pillow would write."""

import io
import struct

from PIL import Image

from rasters.tiff_codecs import CODES, PACKERS

SHORT, LONG, LONG8 = 3, 4, 16
SIZE = (23, 17)


def noise(length, seed=1):
    """Smooth and rough by turns, so that compression has something to do and resizing something to spoil."""
    state, result = seed * 2654435761 % 2**32, bytearray(length)
    for index in range(length):
        state = (state * 1103515245 + 12345) % 2**32
        result[index] = state >> 24 if index % 64 < 24 else (index * 3 + seed) % 256
    return bytes(result)


def planes_apart(data, samples, sample_bytes):
    """The samples of each kind together, one kind after the other."""
    step = samples * sample_bytes
    return [b"".join(data[at : at + sample_bytes] for at in range(first * sample_bytes, len(data), step)) for first in range(samples)]


def reverse(data):
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)


def differences(row, sample_bytes, stride, order):
    kind = {1: "B", 2: "H", 4: "I"}[sample_bytes]
    values = list(struct.unpack(f"{order}{len(row) // sample_bytes}{kind}", row))
    for at in range(len(values) - 1, stride - 1, -1):
        values[at] = (values[at] - values[at - stride]) % 2 ** (8 * sample_bytes)
    return struct.pack(f"{order}{len(values)}{kind}", *values)


def float_differences(row, stride):
    count = len(row) // 4
    planes = bytearray(row[4 * at + 3 - byte] for byte in range(4) for at in range(count))
    for at in range(len(planes) - 1, stride - 1, -1):
        planes[at] = (planes[at] - planes[at - stride]) % 256
    return bytes(planes)


def cut(data, size, row_bits, grid):
    """Rows of strips or tiles, the last ones padded; `row_bits` are those of a pixel."""
    (width, height), (part_width, part_height, is_tiled) = size, grid
    row_bytes = (width * row_bits + 7) // 8
    parts = []
    for y in range(0, height, part_height):
        for x in range(0, width, part_width):
            first, length = x * row_bits // 8, (part_width * row_bits + 7) // 8
            lines = [data[(y + row) * row_bytes :][first : min(row_bytes, first + length)] for row in range(min(part_height, height - y))]
            lines = [line.ljust(length, b"\x5a") for line in lines]
            parts.append(lines + [b"\xa5" * length] * (part_height - len(lines) if is_tiled else 0))
    return parts


def tiff(bits, colour, size=SIZE, *, order="<", samples=1, packing="none", rows=None, tile=None, apart=False, data=None, tags=(), big=False,
         predictor=1, fill=1, seed=1, bits_tag=None, magic=None, drop=()):
    """A file of noise; `tags` are (tag, type, values) and replace those that it would have."""
    width, height = size
    layers = samples if apart else 1
    pixel_bits = bits * samples // layers
    row_bytes = (width * pixel_bits + 7) // 8
    if data is None:
        data = noise((width * bits * samples + 7) // 8 * height, seed) if layers == 1 else noise(row_bytes * layers * height, seed)
    planes = [data] if layers == 1 else [data[at * row_bytes * height :][: row_bytes * height] for at in range(layers)]
    grid = (*tile, True) if tile else (width, min(rows or height, height), False)
    parts = []
    for plane in planes:
        for lines in cut(plane, size, pixel_bits, grid):
            if predictor == 2:
                lines = [differences(line, bits // 8, samples // layers, order) for line in lines]
            if predictor == 3:
                lines = [float_differences(line, samples // layers) for line in lines]
            packed = PACKERS[packing](lines)
            parts.append(reverse(packed) if fill == 2 else packed)
    offset = 16 if big else 8
    offsets = []
    for part in parts:
        offsets.append(offset)
        offset += len(part)
    pad = offset % 2
    own = [(256, LONG, [width]), (257, LONG, [height]), (258, SHORT, bits_tag or [bits] * samples), (259, SHORT, [CODES[packing]]),
           (262, SHORT, [colour]), (277, SHORT, [samples])]
    if tile:
        own += [(322, SHORT, [tile[0]]), (323, SHORT, [tile[1]]), (324, LONG, offsets), (325, LONG, [len(part) for part in parts])]
    else:
        own += [(273, LONG, offsets), (278, LONG, [rows or height]), (279, LONG, [len(part) for part in parts])]
    own += [(284, SHORT, [2])] if apart else []
    own += [(317, SHORT, [predictor])] if predictor > 1 else []
    own += [(266, SHORT, [fill])] if fill > 1 else []
    given = {tag for tag, *_ in tags} | set(drop)
    entries = sorted([entry for entry in own if entry[0] not in given] + list(tags))
    body = b"".join(parts) + b"\0" * pad
    return header(order, big, magic, offset + pad) + body + directory(entries, order, big, offset + pad)


def header(order, big, magic, at):
    start = magic or (b"II" if order == "<" else b"MM") + struct.pack(f"{order}H", 43 if big else 42)
    return start + (struct.pack(f"{order}HHQ", 8, 0, at) if big else struct.pack(f"{order}L", at))


def directory(entries, order, big, at):
    inline, count, pointer = (8, "Q", "Q") if big else (4, "H", "L")
    rest = at + struct.calcsize(f"<{count}") + len(entries) * (20 if big else 12) + inline
    head, tail = struct.pack(f"{order}{count}", len(entries)), b""
    for tag, kind, values in entries:
        form = {1: "B", SHORT: "H", LONG: "L", LONG8: "Q", 2: "B", 7: "B"}[kind]
        packed = struct.pack(f"{order}{len(values)}{form}", *values)
        head += struct.pack(f"{order}HH{pointer}", tag, kind, len(values))
        if len(packed) <= inline:
            head += packed.ljust(inline, b"\0")
        else:
            head += struct.pack(f"{order}{pointer}", rest + len(tail))
            tail += packed + b"\0" * (len(packed) % 2)
    return head + b"\0" * inline + tail


def palette(bits):
    colours = 1 << bits
    return (320, SHORT, [(at * 7919 + 4321) % 65536 for at in range(3 * colours)])


def extra(*values):
    return (338, SHORT, list(values))


def form(value):
    return (339, SHORT, [value])


def grays():
    for order, name in ("<", "little"), (">", "big"):
        for bits in 1, 2, 4, 8:
            for colour in 0, 1:
                for fill in 1, 2:
                    yield f"gray{bits}_{name}_white{1 - colour}_fill{fill}", tiff(bits, colour, order=order, fill=1, tags=[(266, SHORT, [fill])])
        yield f"gray16_{name}", tiff(16, 1, order=order, data=dim16(order))
        yield f"gray16_{name}_white_is_zero", tiff(16, 0, order=order)
        yield f"signed8_{name}", tiff(8, 1, order=order, tags=[form(2)])
        yield f"signed16_{name}", tiff(16, 1, order=order, tags=[form(2)], data=dim16(order))
        yield f"signed32_{name}", tiff(32, 1, order=order, tags=[form(2)], data=dim32(order))
        yield f"unsigned32_{name}", tiff(32, 1, order=order, data=dim32(order))
        yield f"float32_{name}", tiff(32, 1, order=order, tags=[form(3)], data=floats(order))
        yield f"float32_{name}_white_is_zero", tiff(32, 0, order=order, tags=[form(3)], data=floats(order))
    yield "gray12", tiff(12, 1)
    yield "gray12_even", tiff(12, 1, (24, 9))
    yield "gray16_fill2", tiff(16, 1, tags=[(266, SHORT, [2])])


def dim16(order, size=SIZE):
    values = [(at * 5 + 77 * (at % 7)) % 400 for at in range(size[0] * size[1])]
    return struct.pack(f"{order}{len(values)}H", *values)


def dim32(order, size=SIZE):
    values = [(at * 5 + 77 * (at % 7)) % 500 - 100 for at in range(size[0] * size[1])]
    return struct.pack(f"{order}{len(values)}i", *values)


def floats(order, size=SIZE):
    values = [(at * 5 + 77 * (at % 7)) % 400 / 1.5 - 10 for at in range(size[0] * size[1])]
    return struct.pack(f"{order}{len(values)}f", *values)


def colours():
    for order, name in ("<", "little"), (">", "big"):
        yield f"rgb8_{name}", tiff(8, 2, order=order, samples=3)
        yield f"rgb16_{name}", tiff(16, 2, order=order, samples=3)
        yield f"rgba16_{name}", tiff(16, 2, order=order, samples=4, tags=[extra(2)])
        yield f"rgbx16_{name}", tiff(16, 2, order=order, samples=4, tags=[extra(0)])
        yield f"rgba16_{name}_multiplied", tiff(16, 2, order=order, samples=4, tags=[extra(1)])
        yield f"cmyk16_{name}", tiff(16, 5, order=order, samples=4)
        for bits in 1, 2, 4, 8:
            yield f"palette{bits}_{name}", tiff(bits, 3, order=order, tags=[palette(bits)])
    yield "rgb8_fill2", tiff(8, 2, samples=3, tags=[(266, SHORT, [2])])
    yield "palette8_fill2", tiff(8, 3, tags=[palette(8), (266, SHORT, [2])])
    yield "palette_short", tiff(8, 3, tags=[palette(4)])
    yield "palette_and_x", tiff(8, 3, samples=2, tags=[palette(8), extra(0)])
    yield "palette_and_alpha", tiff(8, 3, samples=2, tags=[palette(8), extra(2)])
    for what, value in {"unspecified": 0, "multiplied": 1, "alpha": 2, "corel": 999}.items():
        yield f"rgba8_{what}", tiff(8, 2, samples=4, tags=[extra(value)], seed=value + 2)
    yield "rgba8_no_extra_samples", tiff(8, 2, samples=4)
    for more in (0, 0), (1, 0), (2, 0), (0, 0, 0), (1, 0, 0), (2, 0, 0):
        yield "rgb8_extra_" + "".join(map(str, more)), tiff(8, 2, samples=3 + len(more), tags=[extra(*more)])
    for what, value in {"unspecified": 0, "multiplied": 1, "alpha": 2}.items():
        yield f"gray_alpha_{what}", tiff(8, 1, samples=2, tags=[extra(value)], seed=value + 2)
    yield "cmyk8", tiff(8, 5, samples=4)
    yield "cmyk8_extra", tiff(8, 5, samples=5, tags=[extra(0)])
    yield "cmyk8_extra_2", tiff(8, 5, samples=6, tags=[extra(0, 0)])
    yield "ycbcr8", tiff(8, 6, samples=3)
    yield "ycbcr8_luma_alone", tiff(8, 6)
    yield "lab8", tiff(8, 8, samples=3)


def packings():
    for packing in "lzw", "deflate", "deflate_old", "packbits", "lzw_old":
        yield f"{packing}_gray8", tiff(8, 1, packing=packing, rows=5)
        yield f"{packing}_rgb8", tiff(8, 2, samples=3, packing=packing, rows=16)
        yield f"{packing}_bilevel", tiff(1, 0, packing=packing)
        yield f"{packing}_tiles", tiff(8, 2, (37, 30), samples=3, packing=packing, tile=(16, 16))
    for packing in "lzw", "deflate":
        for order, name in ("<", "little"), (">", "big"):
            yield f"{packing}_{name}_gray16", tiff(16, 1, order=order, packing=packing, data=dim16(order))
            yield f"{packing}_{name}_gray16_predicted", tiff(16, 1, order=order, packing=packing, data=dim16(order), predictor=2, rows=4)
            yield f"{packing}_{name}_rgb16_predicted", tiff(16, 2, samples=3, order=order, packing=packing, predictor=2)
            yield f"{packing}_{name}_signed16", tiff(16, 1, order=order, packing=packing, tags=[form(2)], data=dim16(order))
            yield f"{packing}_{name}_signed32_predicted", tiff(32, 1, order=order, packing=packing, tags=[form(2)], data=dim32(order), predictor=2)
            yield f"{packing}_{name}_float", tiff(32, 1, order=order, packing=packing, tags=[form(3)], data=floats(order))
            yield f"{packing}_{name}_float_predicted", tiff(32, 1, order=order, packing=packing, tags=[form(3)], data=floats("<"), predictor=3)
        for samples, kind in (1, 1), (2, 1), (3, 2), (4, 2):
            more = [extra(2)] if samples in (2, 4) else []
            yield f"{packing}_predicted_{samples}", tiff(8, kind, samples=samples, packing=packing, tags=more, predictor=2, rows=6)
        yield f"{packing}_predicted_tiles", tiff(8, 2, (37, 30), samples=3, packing=packing, tile=(16, 32), predictor=2)
        yield f"{packing}_predicted_planes", tiff(8, 2, samples=3, packing=packing, predictor=2, apart=True)
        yield f"{packing}_predicted_bits", tiff(4, 1, packing=packing, tags=[(317, SHORT, [2])])
        yield f"{packing}_fill2", tiff(8, 1, packing=packing, fill=2)
        yield f"{packing}_bilevel_fill2", tiff(1, 0, packing=packing, fill=2)
        yield f"{packing}_multiplied", tiff(8, 2, samples=4, packing=packing, tags=[extra(1)])
        yield f"{packing}_multiplied16", tiff(16, 2, samples=4, packing=packing, tags=[extra(1)])
        yield f"{packing}_cmyk", tiff(8, 5, samples=4, packing=packing)
        yield f"{packing}_palette4", tiff(4, 3, packing=packing, tags=[palette(4)])
        yield f"{packing}_gray_alpha", tiff(8, 1, samples=2, packing=packing, tags=[extra(2)])
        yield f"{packing}_gray12", tiff(12, 1, packing=packing)
    yield "packbits_ignores_predictor", tiff(8, 1, packing="packbits", tags=[(317, SHORT, [2])])
    yield "lzw_long", tiff(8, 1, (64, 64), packing="lzw", data=noise(4096, 5))
    yield "lzw_full_table", tiff(8, 1, (64, 64), packing="lzw_late_clear", data=noise(4096, 6))


def faxes():
    """Written by libtiff, which is all that Pillow asks for such pictures."""
    shapes = {"text": noise(64 * 8, 3), "rough": noise(64 * 8, 9)[::-1], "white": b"\xff" * 512, "black": b"\0" * 512, "stripes": b"\x0f\xf0" * 256}
    for what, data in shapes.items():
        for packing in "tiff_ccitt", "group3", "group4":
            yield f"{packing}_{what}", fax(data, (61, 64), packing)
    wide = bytes(255 if at % 600 < 380 else 0 for at in range(400 * 3))
    for packing in "tiff_ccitt", "group3", "group4":
        yield f"{packing}_wide", fax(wide, (3197, 3), packing)
        yield f"{packing}_fill2", fax(shapes["text"], (61, 64), packing, {266: 2})
        yield f"{packing}_white_is_zero", fax(shapes["text"], (61, 64), packing, {262: 0})
        yield f"{packing}_strips", fax(shapes["text"], (61, 64), packing, {278: 10})
    yield "group3_two_dimensional", fax(shapes["text"], (61, 64), "group3", {292: 1})
    yield "group3_two_dimensional_rough", fax(shapes["rough"], (61, 64), "group3", {292: 5})


def fax(data, size, packing, tags={}):
    file = io.BytesIO()
    Image.frombytes("1", size, data).save(file, "TIFF", compression=packing, tiffinfo=tags)
    return file.getvalue()


def jpegs():
    """Written by libtiff and libjpeg-turbo."""
    for what, mode in {"gray": "L", "rgb": "RGB", "cmyk": "CMYK"}.items():
        picture = Image.frombytes(mode, (64, 64), noise(64 * 64 * len(Image.new(mode, (1, 1)).getbands()), 4)).resize((45, 37), 1)
        yield f"jpeg_{what}", jpeg(picture, {})
        yield f"jpeg_{what}_strips", jpeg(picture, {278: 16})
    picture = picture.convert("RGB")
    for subsampling in 0, 1, 2:
        for tables in True, False:
            yield f"jpeg_subsampling_{subsampling}_{'tables' if tables else 'whole'}", jpeg_strips(picture, subsampling, tables)
    yield "jpeg_rgb_as_it_is", jpeg_strips(picture, 0, True, colour=2)
    yield "jpeg_progressive", jpeg_strips(picture, 0, False, progressive=True)
    yield "jpeg_orientation_6", jpeg(picture, {274: 6})


def jpeg(picture, tags):
    file = io.BytesIO()
    picture.save(file, "TIFF", compression="jpeg", quality=60, tiffinfo=tags)
    return file.getvalue()


def jpeg_strips(picture, subsampling, has_tables, colour=6, progressive=False):
    """Two strips, whose tables stand apart or in each."""
    files = []
    for top in 0, 16:
        file = io.BytesIO()
        part = picture.crop((0, top, picture.width, min(picture.height, top + 16)))
        part.save(file, "JPEG", quality=70, subsampling=subsampling, keep_rgb=colour == 2, progressive=progressive)
        files.append(file.getvalue())
    tables, size = b"", (picture.width, 32)
    if has_tables:
        at, parts = 2, [b"\xff\xd8"]
        while files[0][at + 1] != 0xDA:
            end = at + 2 + int.from_bytes(files[0][at + 2 : at + 4], "big")
            parts += [files[0][at:end]] if files[0][at + 1] in (0xDB, 0xC4) else []
            at = end
        tables = b"".join(parts) + b"\xff\xd9"
        for segment in parts[1:]:
            files = [file.replace(segment, b"", 1) for file in files]
    across, down = [(1, 1), (2, 1), (2, 2)][subsampling]
    tags = [(259, SHORT, [7]), (273, LONG, [8, 8 + len(files[0])]), (279, LONG, [len(file) for file in files]), (530, SHORT, [across, down])]
    tags += [(347, 7, list(tables))] if tables else []
    body = b"".join(files)
    entries = sorted([(256, LONG, [size[0]]), (257, LONG, [size[1]]), (258, SHORT, [8] * 3), (262, SHORT, [colour]), (277, SHORT, [3]), (278, LONG, [16])] + tags)
    at = 8 + len(body) + len(body) % 2
    return header("<", False, None, at) + body.ljust(at - 8, b"\0") + directory(entries, "<", False, at)


def layouts():
    for packing in "none", "deflate":
        yield f"{packing}_planes_rgb", tiff(8, 2, samples=3, apart=True, packing=packing, rows=6)
        yield f"{packing}_planes_rgba", tiff(8, 2, samples=4, apart=True, packing=packing, tags=[extra(2)])
        yield f"{packing}_planes_rgba_multiplied", tiff(8, 2, samples=4, apart=True, packing=packing, tags=[extra(1)])
        yield f"{packing}_planes_rgba_no_extra", tiff(8, 2, samples=4, apart=True, packing=packing)
        yield f"{packing}_planes_rgbx", tiff(8, 2, samples=4, apart=True, packing=packing, tags=[extra(0)])
        yield f"{packing}_planes_cmyk", tiff(8, 5, samples=4, apart=True, packing=packing)
        yield f"{packing}_planes_rgb16", tiff(16, 2, samples=3, apart=True, packing=packing)
        yield f"{packing}_planes_gray_alpha", tiff(8, 1, samples=2, apart=True, packing=packing, tags=[extra(2)])
        yield f"{packing}_planes_tiles", tiff(8, 2, (37, 30), samples=3, apart=True, packing=packing, tile=(16, 16))
        yield f"{packing}_tiles_gray", tiff(8, 1, (37, 30), packing=packing, tile=(16, 16))
        yield f"{packing}_tiles_bilevel", tiff(1, 1, (37, 30), packing=packing, tile=(16, 16))
        yield f"{packing}_tile_larger", tiff(8, 2, samples=3, packing=packing, tile=(48, 32))
        yield f"{packing}_big_tiff", tiff(8, 2, samples=3, packing=packing, big=True)
        yield f"{packing}_big_tiff_strips", tiff(8, 1, packing=packing, big=True, rows=3)
        yield f"{packing}_rows_endless", tiff(8, 1, packing=packing, tags=[(278, LONG, [2**32 - 1])])
        yield f"{packing}_no_byte_counts", tiff(8, 1, packing=packing, drop=[279])
        yield f"{packing}_no_byte_counts_of_strips", tiff(8, 1, packing=packing, rows=5, drop=[279])
        yield f"{packing}_byte_count_zero", tiff(8, 1, packing=packing, tags=[(279, LONG, [0])])
        yield f"{packing}_bits_of_one_sample", tiff(8, 2, samples=3, packing=packing, bits_tag=[8])
        yield f"{packing}_twisted_little", tiff(8, 1, packing=packing, magic=b"II\0*")
        yield f"{packing}_twisted_big", tiff(8, 1, packing=packing, order=">", magic=b"MM*\0")
        yield f"{packing}_no_colour", tiff(8, 1, packing=packing, drop=[262])
        yield f"{packing}_rows_missing", tiff(8, 1, packing=packing, tags=[(257, LONG, [19])])
        yield f"{packing}_rows_too_many", tiff(8, 1, packing=packing, tags=[(257, LONG, [11])])
        yield f"{packing}_strips_too_many", tiff(8, 1, packing=packing, rows=5, tags=[(257, LONG, [9])])
    yield "planes_rgb16_big", tiff(16, 2, samples=3, apart=True, packing="lzw", order=">")
    yield "big_tiff_big", tiff(8, 1, order=">", big=True)
    yield "strips_too_few", tiff(8, 1, rows=5, tags=[(257, LONG, [33])])
    yield "zeros_for_strips", tiff(8, 1, rows=5, tags=[(273, LONG, [8, 0, 0, 8])])
    yield "two_pages", two_pages()
    yield "one_pixel", tiff(8, 2, (1, 1), samples=3)
    yield "crop_64", tiff(8, 2, (64, 64), samples=4, tags=[extra(2)])
    yield "model_side_planes", tiff(8, 1, (64, 40), samples=2, tags=[extra(2)])


def orientations():
    for value in range(10):
        yield f"orientation_{value}", tiff(8, 2, samples=3, tags=[(274, SHORT, [value])], rows=4)
    for value in 5, 6:
        yield f"orientation_{value}_deflate", tiff(8, 2, samples=3, packing="deflate", tags=[(274, SHORT, [value])])
        yield f"orientation_{value}_palette", tiff(8, 3, tags=[palette(8), (274, SHORT, [value])])
        yield f"orientation_{value}_gray16", tiff(16, 1, tags=[(274, SHORT, [value])], data=dim16("<"))
        yield f"orientation_{value}_alpha", tiff(8, 1, samples=2, tags=[extra(2), (274, SHORT, [value])])
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    yield "orientation_in_xmp", tiff(8, 2, samples=3, tags=[(700, 1, list(xmp))])
    yield "orientation_in_xmp_deflate", tiff(8, 2, samples=3, packing="deflate", tags=[(700, 1, list(xmp))])
    yield "orientation_8_and_xmp", tiff(8, 2, samples=3, tags=[(274, SHORT, [8]), (700, 1, list(xmp))])
    yield "orientation_1_and_xmp", tiff(8, 2, samples=3, tags=[(274, SHORT, [1]), (700, 1, list(xmp))])
    element = b"<tiff:Orientation>3</tiff:Orientation>"
    yield "orientation_in_xmp_element", tiff(8, 2, samples=3, tags=[(700, 7, list(element))])
    yield "orientation_as_long", tiff(8, 2, samples=3, tags=[(274, LONG, [6])])
    yield "orientation_as_byte", tiff(8, 2, samples=3, tags=[(274, 1, [6])])


def two_pages():
    file = io.BytesIO()
    first, second = Image.frombytes("RGB", SIZE, noise(SIZE[0] * SIZE[1] * 3)), Image.new("RGB", (9, 9), "red")
    first.save(file, "TIFF", save_all=True, append_images=[second])
    return file.getvalue()


def cases():
    for part in grays, colours, packings, faxes, jpegs, layouts, orientations:
        yield from part()
