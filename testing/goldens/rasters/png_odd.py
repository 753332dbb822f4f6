"""PNGs whose chunks or data are not as they should be; Pillow decides of each."""

import struct
import zlib

from .png_file import SIGNATURE, chunk, header, palette, png, raw

SIZE = (16, 12)
ROW = 1 + 16 * 3
START = SIGNATURE + header(*SIZE, 8, 2)
RAW = raw("odd", *SIZE, 8, 2)
DATA = zlib.compress(RAW, 9)
END = chunk(b"IEND")
MIB = 2**20


def _file(*parts, start=START, end=END):
    return start + b"".join(parts) + end


def _idat(data, crc=None):
    return chunk(b"IDAT", data, crc)


def _tampered(data, at, value=None):
    changed = bytearray(data)
    changed[at] = changed[at] ^ 0x55 if value is None else value
    return bytes(changed)


def _data():
    half = len(DATA) // 2
    stored = zlib.compress(RAW, 0)
    yield "plain", _file(_idat(DATA))
    yield "split", _file(*(_idat(DATA[at : at + 7]) for at in range(0, len(DATA), 7)))
    yield "bytes", _file(*(_idat(DATA[at : at + 1]) for at in range(len(DATA))))
    yield "empty_first", _file(_idat(b""), _idat(DATA[:half]), _idat(b""), _idat(DATA[half:]), _idat(b""))
    yield "text_between", _file(_idat(DATA[:half]), chunk(b"tEXt", b"a\0b"), _idat(DATA[half:]))
    yield "ddat", _file(_idat(DATA[:half]), chunk(b"DDAT", DATA[half:]))
    yield "checksum_of_chunk", _file(_idat(DATA, 0))
    yield "checksum_wrong", _file(_idat(_tampered(DATA, -1)))
    yield "checksum_missing", _file(_idat(DATA[:-4]))
    yield "checksum_half", _file(_idat(DATA[:-2]))
    yield "checksum_apart_wrong", _file(_idat(DATA[:-4]), _idat(b"\1\2\3\4"))
    yield "last_byte_apart", _file(_idat(DATA[:-5]), _idat(DATA[-5:]))
    yield "last_bytes_missing", _file(_idat(DATA[:-9]))
    yield "half", _file(_idat(DATA[:half]))
    yield "none", _file(_idat(b""))
    yield "no_idat", _file()
    yield "more", _file(_idat(zlib.compress(RAW + bytes(500), 9)))
    yield "more_noise", _file(_idat(zlib.compress(RAW + RAW * 9, 9)))
    yield "more_and_damaged", _file(_idat(zlib.compress(RAW + RAW * 9, 9)[:-40] + bytes(40)))
    yield "behind_stream", _file(_idat(DATA + b"garbage"), _idat(b"garbage"))
    for count in (0, 1, 5, 11):
        yield f"{count}_rows", _file(_idat(zlib.compress(RAW[: count * ROW], 9)))
    yield "5_rows_and_a_byte", _file(_idat(zlib.compress(RAW[: 5 * ROW + 1], 9)))
    packed = zlib.compress(RAW[: 5 * ROW], 9)
    yield "5_rows_checksum_apart", _file(_idat(packed[:-4]), _idat(packed[-4:]))
    yield "5_rows_and_more_chunks", _file(_idat(packed), _idat(b"more"), _idat(b"more"))
    yield "stored", _file(_idat(stored))
    yield "stored_split_at_row", _file(_idat(stored[: 7 + ROW]), _idat(stored[7 + ROW :]))
    yield "stored_length_wrong", _file(_idat(_tampered(stored, 5)))
    yield "stored_last_row_missing", _file(_idat(stored[: -4 - ROW]))
    yield "stored_checksum_missing", _file(_idat(stored[:-4]))
    yield "dictionary", _file(_idat(b"\x78\xbb\0\0\0\1" + DATA[2:]))
    yield "window_too_large", _file(_idat(b"\x88\x1c" + DATA[2:]))
    yield "zlib_head_wrong", _file(_idat(b"\x79" + DATA[1:]))
    yield "damaged_early", _file(_idat(_tampered(DATA, 20)))
    yield "flat_without_end", _file(_idat(zlib.compress(bytes(len(RAW)), 9)[:-5]))
    yield "flat_without_checksum", _file(_idat(zlib.compress(bytes(len(RAW)), 9)[:-4]))
    flat = zlib.compressobj(9)
    sync = flat.compress(bytes(len(RAW))) + flat.flush(zlib.Z_SYNC_FLUSH)
    yield "flat_flushed", _file(_idat(sync))
    yield "filter_5", _file(_idat(zlib.compress(_tampered(RAW, 4 * ROW, 5))))
    yield "filter_5_behind_picture", _file(_idat(zlib.compress(RAW + b"\5" + bytes(99))))


def _fields():
    for name, fields in {
        "filter_method": {"filters": 1},
        "compression_method": {"deflate": 1},
        "interlace_2": {"interlace": 2},
    }.items():
        yield name, _file(_idat(DATA), start=SIGNATURE + header(*SIZE, 8, 2, **fields))
    for depth, colour in ((3, 0), (16, 3), (1, 2), (4, 4), (8, 1), (8, 5), (0, 0), (32, 2)):
        yield f"depth_{depth}_colour_{colour}", _file(_idat(DATA), start=SIGNATURE + header(*SIZE, depth, colour))
    for size in ((0, 12), (16, 0), (2**31, 1), (16, 2**24)):
        yield f"size_{size[0]}x{size[1]}", _file(_idat(DATA), start=SIGNATURE + header(*size, 8, 2))
    head, gray = header(*SIZE, 8, 2), header(9, 9, 8, 0)
    yield "ihdr_short", _file(_idat(DATA), start=SIGNATURE + chunk(b"IHDR", bytes(12)))
    yield "ihdr_long", _file(_idat(DATA), start=SIGNATURE + chunk(b"IHDR", head[8:-4] + b"more"))
    yield "ihdr_twice", _file(_idat(DATA), start=SIGNATURE + gray + head)
    yield "ihdr_second_unknown", _file(_idat(DATA), start=SIGNATURE + head + header(*SIZE, 3, 7))
    yield "ihdr_behind_gamma", _file(_idat(DATA), start=SIGNATURE + chunk(b"gAMA", bytes(4)) + head)
    yield "ihdr_behind_pixels", _file(_idat(DATA), gray)
    yield "ihdr_missing", _file(_idat(DATA), start=SIGNATURE)
    yield "ihdr_behind_idat", _file(_idat(b"other"), head, _idat(DATA), start=SIGNATURE)
    yield "ihdr_checksum", _file(_idat(DATA), start=SIGNATURE + chunk(b"IHDR", head[8:-4], 0))
    yield "interlace_by_first_ihdr", _file(_idat(DATA), start=SIGNATURE + header(*SIZE, 8, 2, interlace=1) + head)
    yield "cgbi", _file(_idat(DATA), start=SIGNATURE + chunk(b"CgBI", bytes(4)) + head)


def _texts():
    bomb, brim, over = (zlib.compress(bytes(count), 9) for count in (9 * MIB, MIB, MIB + 1))
    yield "icc", chunk(b"iCCP", b"name\0\0" + zlib.compress(b"profile"))
    yield "icc_coding", chunk(b"iCCP", b"name\0\1" + zlib.compress(b"profile"))
    yield "icc_damaged", chunk(b"iCCP", b"name\0\0damaged")
    yield "icc_empty", chunk(b"iCCP")
    yield "icc_without_name", chunk(b"iCCP", b"\0damaged")
    yield "icc_name_alone", chunk(b"iCCP", b"name\0")
    yield "icc_bomb", chunk(b"iCCP", b"name\0\0" + bomb)
    yield "icc_to_the_brim", chunk(b"iCCP", b"name\0\0" + brim)
    yield "icc_to_the_brim_and_more", chunk(b"iCCP", b"name\0\0" + brim + b"garbage")
    yield "icc_over_the_brim", chunk(b"iCCP", b"name\0\0" + over)
    yield "ztxt", chunk(b"zTXt", b"name\0\0" + zlib.compress(b"text"))
    yield "ztxt_coding", chunk(b"zTXt", b"name\0\1" + zlib.compress(b"text"))
    yield "ztxt_damaged", chunk(b"zTXt", b"name\0\0damaged")
    yield "ztxt_empty", chunk(b"zTXt")
    yield "ztxt_name_alone", chunk(b"zTXt", b"name\0")
    yield "ztxt_bomb", chunk(b"zTXt", b"name\0\0" + bomb)
    yield "itxt", chunk(b"iTXt", b"name\0\0\0en\0name\0text")
    yield "itxt_deflated", chunk(b"iTXt", b"name\0\1\0en\0name\0" + zlib.compress(b"text"))
    yield "itxt_deflated_bomb", chunk(b"iTXt", b"name\0\1\0en\0name\0" + bomb)
    yield "itxt_other_coding_bomb", chunk(b"iTXt", b"name\0\1\1en\0name\0" + bomb)
    yield "itxt_not_deflated_bomb", chunk(b"iTXt", b"name\0\0\0en\0name\0" + bomb)
    yield "itxt_damaged", chunk(b"iTXt", b"name\0\1\0en\0name\0damaged")
    yield "itxt_without_language", chunk(b"iTXt", b"name\0\1\0" + bomb.replace(b"\0", b"\1"))
    yield "itxt_not_utf8", chunk(b"iTXt", b"name\0\0\0\xff\0\xff\0\xff")
    yield "text", chunk(b"tEXt", b"name\0text")
    yield "text_without_name", chunk(b"tEXt", b"text")
    yield "exif_orientation_6", chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0")
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="8"/></x:xmpmeta>'
    yield "xmp_orientation_8", chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
    for kind, count in {"gAMA": 4, "cHRM": 32, "sRGB": 1, "pHYs": 9}.items():
        yield f"{kind.lower()}", chunk(kind.encode(), bytes(count))
        yield f"{kind.lower()}_short", chunk(kind.encode(), bytes(count - 1))
    yield "gama_long", chunk(b"gAMA", bytes(9))
    for kind in (b"bKGD", b"sBIT", b"tIME", b"hIST", b"sPLT", b"prVt", b"CrIt", b"a_1Z"):
        yield kind.decode().lower(), chunk(kind, bytes(3))
    yield "type_of_no_word", chunk(b"a-b!", bytes(3))
    yield "checksum_of_text", chunk(b"tEXt", b"name\0text", 0)
    yield "checksum_of_unknown", chunk(b"prVt", b"private", 0)


def _ends():
    whole = _file(_idat(DATA))
    text = chunk(b"tEXt", b"name\0text")
    for count in (1, 4, 8, 11, 12, 13, 16, 17, 40):
        yield f"cut_{count}", whole[:-count]
    yield "iend_with_data", whole[:-12] + chunk(b"IEND", b"data")
    yield "behind_end", whole + text + b"garbage"
    yield "second_picture", whole + whole
    for count in (1, 4, 5, 9, 17):
        yield f"text_cut_{count}", (whole[:-12] + text)[:-count]
    yield "unknown_cut", (whole[:-12] + chunk(b"prVt", bytes(40)))[:-20]
    yield "length_huge", _file(struct.pack(">I", 2**31) + b"tEXt", _idat(DATA))
    yield "idat_length_huge", START + struct.pack(">I", 2**31) + b"IDAT" + DATA
    yield "idat_length_huge_and_checksum", START + struct.pack(">I", 2**31) + b"IDAT" + DATA + END
    yield "idat_long_by_9", START + struct.pack(">I", len(DATA) + 9) + b"IDAT" + DATA + bytes(4) + END
    yield "idat_short_by_4", START + struct.pack(">I", len(DATA) - 4) + b"IDAT" + DATA + bytes(4) + END
    yield "extra_idat_cut", (whole[:-12] + _idat(bytes(40)))[:-20]


def odd():
    for name, file in [*_data(), *_fields(), *_ends()]:
        yield f"odd_{name}", file
    for name, extra in _texts():
        yield f"odd_{name}", _file(extra, _idat(DATA))
        yield f"odd_{name}_behind_pixels", _file(_idat(DATA), extra)
    start = SIGNATURE + header(64 * 65, 64, 8, 0)
    yield "odd_pieces_of_64_kib", _file(_idat(zlib.compress(bytes((64 * 65 + 1) * 64), 0)[:100]), start=start)
    yield "odd_many_texts", _file(*(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(MIB), 9)) for _ in range(14)), _idat(DATA))
    yield "odd_palette_4_bits_wide", png("wide", 200, 3, 4, 3, plte=palette(16))
