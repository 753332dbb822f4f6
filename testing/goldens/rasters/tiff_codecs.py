"""Compressions of TIFF (TIFF 6.0, sections 9 and 13), of a strip's rows."""

import zlib

CODES = {"none": 1, "lzw": 5, "lzw_old": 5, "lzw_late_clear": 5, "deflate": 8, "deflate_old": 32946, "packbits": 32773}


def packbits(rows):
    result = bytearray()
    for row in rows:
        at = 0
        while at < len(row):
            run = 1
            while run < 128 and at + run < len(row) and row[at + run] == row[at]:
                run += 1
            if run > 2:
                result += bytes([257 - run, row[at]])
                at += run
                continue
            end = at + 1
            while end < len(row) and end - at < 128 and row[end : end + 3] != row[end : end + 1] * 3:
                end += 1
            result += bytes([end - at - 1]) + row[at:end]
            at = end
    return bytes(result)


def lzw(rows, is_old=False, clears_at=4094):
    data, text = b"".join(rows), []
    table, bits, word = {}, 9, b""

    def write(code):
        text.append(f"{code:0{bits}b}"[::-1] if is_old else f"{code:0{bits}b}")

    def start():
        nonlocal table, bits
        write(256)
        table, bits = {bytes([byte]): byte for byte in range(256)}, 9

    start()
    for byte in data:
        longer = word + bytes([byte])
        if longer in table:
            word = longer
            continue
        write(table[word])
        if len(table) + 2 < 4096:
            table[longer] = len(table) + 2
        number = len(table) + 2
        if number > (1 << bits) - (0 if is_old else 1) and bits < 12:
            bits += 1
        if number >= clears_at and clears_at < 4096:
            start()
        word = bytes([byte])
    if word:
        write(table[word])
    write(257)
    stream = "".join(text)
    stream += "0" * (-len(stream) % 8)
    groups = [stream[at : at + 8] for at in range(0, len(stream), 8)]
    return bytes(int(group[::-1] if is_old else group, 2) for group in groups)


PACKERS = {
    "none": b"".join,
    "lzw": lzw,
    "lzw_old": lambda rows: lzw(rows, is_old=True),
    "lzw_late_clear": lambda rows: lzw(rows, clears_at=1 << 20),
    "deflate": lambda rows: zlib.compress(b"".join(rows)),
    "deflate_old": lambda rows: zlib.compress(b"".join(rows), 1),
    "packbits": packbits,
}
