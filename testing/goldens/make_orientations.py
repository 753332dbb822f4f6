"""How Pillow would turn pictures with EXIF and XMP of many kinds: writes orientations.json. Pillow 13.0.0.

A row has the EXIF segments of a JPEG (hex, each without its "Exif\\0\\0"), its XMP, and 1 to 8, or what Pillow raises.
"""

import io
import json
import pathlib
import struct
import warnings

from PIL import Image

TAG = 0x0112
BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED, SSHORT, SLONG, SRATIONAL, FLOAT, DOUBLE = range(1, 13)
CODES = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "L", RATIONAL: "LL", SBYTE: "b", UNDEFINED: "B", SSHORT: "h", SLONG: "l", SRATIONAL: "ll", FLOAT: "f", DOUBLE: "d"}

warnings.simplefilter("ignore")
photo = io.BytesIO()
Image.new("RGB", (3, 2)).save(photo, "JPEG")
JPEG = photo.getvalue()


def tiff(*entries, order="<", magic=42, start=8):
    """A directory of (tag, type, values), values beyond four bytes behind it."""
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(order + "HL", magic, start)
    body, tail = struct.pack(order + "H", len(entries)), b""
    behind = start + 2 + 12 * len(entries) + 4
    for tag, kind, values in entries:
        data = struct.pack(order + CODES.get(kind, "B") * (len(values) // len(CODES.get(kind, "B"))), *values)
        count = len(values) // len(CODES.get(kind, "B"))
        if len(data) > 4:
            data, tail = struct.pack(order + "L", behind + len(tail)), tail + data
        body += struct.pack(order + "HHL", tag, kind, count) + data.ljust(4, b"\0")
    return head.ljust(start, b"\0") + body + b"\0\0\0\0" + tail


def xmp(text):
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description {text}</x:xmpmeta>'


def orientation(exifs, packet):
    segment = lambda data: b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data
    segments = [segment(b"Exif\0\0" + data) for data in exifs]
    if packet is not None:
        segments.append(segment(b"http://ns.adobe.com/xap/1.0/\0" + packet.encode()))
    image = Image.open(io.BytesIO(JPEG[:20] + b"".join(segments) + JPEG[20:]))
    try:
        value = image.getexif().get(TAG, 1)
    except Exception as error:
        return type(error).__name__
    return int(value) if value in range(2, 9) else 1


def plain(value, kind=SHORT, **options):
    return tiff((TAG, kind, [value]), **options)


SIX = plain(6)
XMP_8 = xmp('tiff:Orientation="8"/>')
cases = [([plain(value, kind, order=order)], None) for value in range(0, 10) for kind in (SHORT, LONG) for order in "<>"]
cases += [([plain(6, kind, order=order)], packet) for kind in (BYTE, ASCII, SBYTE, UNDEFINED, SSHORT, SLONG, 0, 13) for order in "<>" for packet in (None, XMP_8)]
cases += [([tiff((TAG, FLOAT, [value]))], None) for value in (6.0, 6.5)]
cases += [([tiff((TAG, DOUBLE, [6.0]))], None), ([tiff((TAG, RATIONAL, [6, 1]))], None), ([tiff((TAG, RATIONAL, [12, 2]))], None), ([tiff((TAG, SRATIONAL, [6, 1]))], None)]
cases += [([tiff((TAG, SHORT, values))], XMP_8) for values in ([], [6, 6], [6, 1], [6, 6, 6])]
cases += [([tiff((0x0100, SHORT, [3]), (TAG, SHORT, [6]), (0x0213, SHORT, [1]))], None)]
cases += [([tiff((TAG, SHORT, [first]), (TAG, SHORT, [second]))], None) for first, second in ((6, 3), (3, 6), (6, 9), (9, 6))]
cases += [([tiff((TAG, SHORT, [6]), (TAG, ASCII, [65, 0]))], None), ([tiff((TAG, SHORT, [6]), (TAG, 99, [3]))], None)]
cases += [([plain(6, order=order, magic=magic)], XMP_8) for order in "<>" for magic in (42, 43, 0x2A00, 0x2B00, 41, 0)]
cases += [([SIX[:length]], XMP_8) for length in range(0, len(SIX), 2)]
cases += [([plain(6, start=start)], None) for start in (8, 9, 20)]
cases += [([SIX[:4] + struct.pack("<L", offset) + SIX[8:]], XMP_8) for offset in (0, 4, 25, 26, 27, 1000, 2**32 - 1)]
cases += [([SIX[:8] + struct.pack("<H", count) + SIX[10:]], XMP_8) for count in (0, 2, 3, 65535)]
cases += [([tiff((TAG, LONG, [2**16 + 6]))], None), ([tiff((TAG, LONG, [6, 7]))], XMP_8)]
cases += [([b"Exif\0\0" + SIX], None), ([b"Exif\0\0Exif\0\0" + SIX], XMP_8), ([b""], XMP_8), ([b"junk"], XMP_8), ([b"\0" * 30], XMP_8)]
cases += [([SIX[:length], SIX[length:]], None) for length in (0, 4, 8, 15, 25)]
cases += [([SIX, plain(3)], None), ([plain(1), SIX], None), ([tiff((0x0100, SHORT, [3])), SIX], None), ([SIX, XMP_8.encode()], None)]
cases += [([], xmp(text)) for text in (
    'tiff:Orientation="6"/>', "tiff:Orientation='6'/>", "><tiff:Orientation>6</tiff:Orientation>", 'tiff:Orientation="0"/>', 'tiff:Orientation="9"/>',
    'tiff:Orientation="63"/>', 'tiff:Orientation = "6"/>', "><tiff:Orientation> 6 </tiff:Orientation>", 'TIFF:Orientation="6"/>', 'xtiff:Orientation="6"/>',
    'tiff:Orientation="a" tiff:Orientation="6"/>', 'tiff:Orientation="3" tiff:Orientation="6"/>', 'tiff:Orientation="1"/>', 'exif:Orientation="6"/>', 'tiff:Orientation=""/>',
)]
cases += [([plain(value)], XMP_8) for value in (0, 1, 3, 9)]
cases += [([tiff((0x0100, SHORT, [3]))], XMP_8), ([], None), ([], ""), ([], "tiff:Orientation=\"8"), ([], "tiff:Orientation>8")]

rows = [{"exif": [data.hex() for data in exifs], **({} if packet is None else {"xmp": packet}), "orientation": orientation(exifs, packet)} for exifs, packet in cases]
text = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
(pathlib.Path(__file__).parent / "orientations.json").write_text(text)
