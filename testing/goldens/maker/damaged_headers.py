"""Damaged headers; Pillow decides of each whether it is accepted."""

from functools import partial

from .case import Case
from .damaged import whole
from .surgery import (
    DHT,
    DQT,
    EOI,
    EOI_BYTES,
    FRAMES,
    SOI,
    SOS,
    Segment,
    after_soi,
    before,
    edit,
    edit_frame,
    flip,
    join,
    segment,
    split,
    with_component_ids,
    with_frame_marker,
    without,
)


def _frame(change):
    return lambda d: edit_frame(d, change)


def _put(at, *values):
    def change(payload):
        payload[at : at + len(values)] = bytes(values)

    return change


def _dnl(data):
    """Height 0 in the frame, the true height in DNL after the first scan."""
    height = next(part.payload[1:3] for part in split(data) if part.marker in FRAMES)
    parts = split(edit_frame(data, _put(1, 0, 0)))
    first = next(i for i, part in enumerate(parts) if part.marker == SOS)
    return join([*parts[: first + 1], segment(0xDC, height), *parts[first + 1 :]])


def _shrink_payload(marker, count):
    return lambda d: edit(d, marker, lambda p: segment(marker, p.payload[:-count], p.entropy))


def _two_components(data):
    """The third component of a file with a scan for each taken away."""

    def drop(payload):
        payload[5] = 2
        del payload[12:15]

    parts = split(edit_frame(data, drop))
    last = max(i for i, part in enumerate(parts) if part.marker == SOS)
    return join(parts[:last] + parts[last + 1 :])


def _five_components(data):
    def add(payload):
        payload[5] = 5
        payload += payload[9:12] + payload[12:15]

    return edit_frame(data, add)


def _scan(change):
    """Changes the payload of every scan header."""
    return lambda d: edit(d, SOS, lambda p: segment(SOS, change(p.payload), p.entropy))


def _table(payload):
    """Puts one more DHT before the scan."""
    return lambda d: before(d, SOS, segment(DHT, payload).encode())


def _one_less(payload):
    del payload[-3:]


def _fractional(payload):
    payload[7], payload[10] = 0x31, 0x21


def _tables_apart(data):
    tables = [part for part in split(data) if part.marker in (DQT, DHT)]
    return join([Segment(SOI), *tables, Segment(EOI)]) + without(data, DQT, DHT)


HEADERS = {
    "junk_before_soi": ("one zero byte before SOI", lambda d: b"\0" + d),
    "newline_before_soi": ("CR LF before SOI", lambda d: b"\r\n" + d),
    "ff_before_soi": ("one FF before SOI", lambda d: b"\xff" + d),
    "junk_after_soi": ("junk between SOI and the first marker", lambda d: after_soi(d, b"junk")),
    "no_soi": ("SOI missing", lambda d: d[2:]),
    "second_soi": ("SOI twice", lambda d: after_soi(d, b"\xff\xd8")),
    "zero_height": ("height 0", _frame(_put(1, 0, 0))),
    "zero_width": ("width 0", _frame(_put(3, 0, 0))),
    "zero_height_dnl": ("height 0, the true one in DNL", _dnl),
    "dnl_after_scan": (
        "a DNL after the scan, height known",
        lambda d: d[:-2] + segment(0xDC, b"\0\x5a").encode() + EOI_BYTES,
    ),
    "height_too_large": ("height 90 declared as 120", _frame(_put(1, 0, 120))),
    "height_too_small": ("height 90 declared as 40", _frame(_put(1, 0, 40))),
    "width_too_large": ("width 121 declared as 200", _frame(_put(3, 0, 200))),
    "no_frame": ("SOF missing", lambda d: edit(d, FRAMES, lambda p: None)),
    "two_frames": (
        "SOF twice",
        lambda d: before(d, SOS, next(p for p in split(d) if p.marker in FRAMES).encode()),
    ),
    "no_scan": ("SOS and its scan missing", lambda d: without(d, SOS)),
    "no_quantisation": ("DQT missing", lambda d: without(d, DQT)),
    "quantisation_one_missing": (
        "the chroma DQT missing",
        lambda d: edit(d, DQT, lambda p: None if p.payload[0] == 1 else p),
    ),
    "quantisation_short": ("DQT one byte short", _shrink_payload(DQT, 1)),
    "quantisation_zeros": (
        "DQT all zeros",
        lambda d: edit(d, DQT, lambda p: segment(DQT, p.payload[:1] + bytes(64))),
    ),
    "quantisation_number_4": (
        "DQT for a table 4",
        lambda d: after_soi(d, segment(DQT, b"\4" + bytes(range(1, 65)))),
    ),
    "huffman_counts_too_many": (
        "DHT with counts above 256",
        _table(b"\0" + b"\xff" * 16 + bytes(30)),
    ),
    "huffman_oversubscribed": (
        "DHT with three codes of one bit",
        _table(b"\0\3" + bytes(15) + b"\0\1\2"),
    ),
    "huffman_number_4": (
        "DHT for a table 4",
        _table(b"\4\1" + bytes(15) + b"\0"),
    ),
    "huffman_short": (
        "DHT one byte short",
        _table(b"\0\1" + bytes(15)),
    ),
    "huffman_empty": ("an empty DHT", _table(b"")),
    "com_length_0": ("COM with a length of 0", lambda d: after_soi(d, b"\xff\xfe\0\0")),
    "com_length_1": ("COM with a length of 1", lambda d: after_soi(d, b"\xff\xfe\0\1")),
    "app1_length_0": ("APP1 with a length of 0", lambda d: after_soi(d, b"\xff\xe1\0\0")),
    "app_past_end": ("APP1 longer than the file", lambda d: after_soi(d, b"\xff\xe1\xff\xff")),
    "frame_long": ("SOF with 3 bytes too many", _frame(lambda p: p.extend(b"\4\x11\0"))),
    "frame_short": ("SOF with a component too few", _frame(_one_less)),
    "scan_header_long": (
        "SOS with 2 bytes too many",
        _scan(lambda p: p + b"\0\0"),
    ),
    "scan_unknown_component": (
        "SOS names a component that is not there",
        _scan(lambda p: p[:1] + b"\x09" + p[2:]),
    ),
    "scan_same_component_twice": (
        "SOS names a component twice",
        _scan(lambda p: p[:3] + p[1:2] + p[4:]),
    ),
    "scan_odd_spectrum": (
        "SOS of a sequential file with Se=5",
        _scan(lambda p: p[:-2] + b"\5\0"),
    ),
    "scan_table_missing": (
        "SOS names Huffman table 3",
        _scan(lambda p: p[:2] + b"\x33" + p[3:]),
    ),
    "ids_equal": ("two components with one id", lambda d: with_component_ids(d, (1, 2, 2))),
    "sampling_0": ("a sampling factor of 0", _frame(_put(7, 0x02))),
    "sampling_5": ("a sampling factor of 5", _frame(_put(7, 0x52))),
    "sampling_fractional": ("luma 3x1, chroma 2x1", _frame(_fractional)),
    "sampling_11_blocks": ("an MCU of 18 blocks", _frame(_put(7, 0x44))),
    "sampling_declared_444": ("4:2:0 declared as 4:4:4", _frame(_put(7, 0x11))),
    "marker_ff02": ("an unknown marker FF 02", lambda d: after_soi(d, b"\xff\x02\0\2")),
    "marker_ff01": ("a TEM marker", lambda d: after_soi(d, b"\xff\x01")),
    "marker_rst": ("an RST3 in the header", lambda d: after_soi(d, b"\xff\xd3")),
    "marker_eoi": ("an EOI before the frame", lambda d: after_soi(d, EOI_BYTES)),
    "tables_apart": (
        "tables and EOI, then SOI and the picture (abbreviated format)",
        _tables_apart,
    ),
    "marker_jpg": ("a JPG (FF C8) marker", lambda d: after_soi(d, segment(0xC8))),
    "marker_jpg0": ("a JPG0 (FF F0) marker", lambda d: after_soi(d, segment(0xF0))),
    "marker_dnl": ("a DNL in the header", lambda d: after_soi(d, segment(0xDC, b"\0\x5a"))),
    "marker_dhp": ("a DHP", lambda d: after_soi(d, segment(0xDE, b"\x08\0\x5a\0\x79\1\1\x11\0"))),
    "marker_exp": ("an EXP", lambda d: after_soi(d, segment(0xDF, b"\0"))),
    "marker_dac": ("a DAC in a Huffman file", lambda d: after_soi(d, segment(0xCC, b"\0\x10"))),
    "restart_length_3": (
        "DRI of 3 bytes",
        lambda d: before(d, SOS, segment(0xDD, bytes(3)).encode()),
    ),
    "two_components": ("two components", lambda d: _two_components(whole("scans"))),
    "five_components": ("five components", _five_components),
    "precision_12_declared": ("8-bit data declared as 12-bit", _frame(_put(0, 12))),
    "precision_0_declared": ("8-bit data declared as 0-bit", _frame(_put(0, 0))),
    "cut_in_dqt": ("cut inside DQT", lambda d: d[:60]),
    "cut_after_soi": ("only SOI", lambda d: d[:2]),
    "cut_after_3_bytes": ("only FF D8 FF", lambda d: d[:3]),
    "cut_before_frame": ("cut before SOF", lambda d: d[: d.index(b"\xff\xc0")]),
    "cut_in_frame": ("cut inside SOF", lambda d: d[: d.index(b"\xff\xc0") + 9]),
    "cut_before_scan": ("cut before SOS", lambda d: d[: d.index(b"\xff\xda")]),
    "cut_in_scan_header": ("cut inside SOS", lambda d: d[: d.index(b"\xff\xda") + 6]),
    "flip_in_dqt": ("one bit flipped in DQT", lambda d: flip(d, d.index(b"\xff\xdb") + 9, 5)),
    "flip_in_dht": (
        "one bit flipped in a DHT's symbols",
        lambda d: flip(d, d.index(b"\xff\xc4") + 24, 1),
    ),
}


def cases():
    for damage, (note, make) in HEADERS.items():
        yield Case(f"damaged_header_{damage}.jpg", partial(make, whole("baseline")), note)
    for marker in (0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCB, 0xCD, 0xCE, 0xCF):
        yield Case(
            f"damaged_header_frame_as_sof{marker - 0xC0}.jpg",
            lambda m=marker: with_frame_marker(whole("baseline"), m),
            f"a baseline file relabelled SOF{marker - 0xC0}",
        )
    yield Case(
        "damaged_progressive_as_sof0.jpg",
        lambda: with_frame_marker(whole("progressive"), 0xC0),
        "a progressive file relabelled SOF0",
    )
