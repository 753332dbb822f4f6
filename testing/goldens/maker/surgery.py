"""A JPEG file as a list of segments, to be cut, edited and joined again."""

from dataclasses import dataclass, replace

SOF0, SOF1, SOF2, SOF3, DHT, DAC = 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xCC
SOI, EOI, SOS, DQT, DNL, DRI = 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD
APP0, APP1, APP2, APP14, COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
EOI_BYTES = b"\xff\xd9"
FRAMES = {m for m in range(0xC0, 0xD0)} - {DHT, 0xC8, DAC}


@dataclass(frozen=True)
class Segment:
    """One marker with its payload (without the length) and, after SOS, the
    entropy-coded bytes up to the next marker, restart markers included."""

    marker: int
    payload: bytes | None = None
    entropy: bytes = b""

    def encode(self):
        head = bytes((0xFF, self.marker))
        if self.payload is None:
            return head
        return head + (len(self.payload) + 2).to_bytes(2, "big") + self.payload + self.entropy


def segment(marker, payload=b"", entropy=b""):
    return Segment(marker, payload, entropy)


def _entropy_end(data, at):
    while at + 1 < len(data):
        if data[at] == 0xFF and data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 1
    return len(data)


def split(data):
    """The segments of an undamaged file, from SOI to EOI."""
    segments, at = [Segment(SOI)], 2
    while True:
        marker = data[at + 1]
        if marker == EOI:
            return segments + [Segment(EOI)]
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        stop = _entropy_end(data, end) if marker == SOS else end
        segments.append(Segment(marker, data[at + 4 : end], data[end:stop]))
        at = stop


def join(segments):
    return b"".join(part.encode() for part in segments)


def without(data, *markers):
    return join(part for part in split(data) if part.marker not in markers)


def after_soi(data, *parts):
    """Puts raw bytes or segments right after SOI."""
    extra = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return data[:2] + extra + data[2:]


def before(data, marker, extra):
    """Puts raw bytes before the first segment with this marker."""
    parts = split(data)
    index = next(i for i, part in enumerate(parts) if part.marker == marker)
    return join(parts[:index]) + extra + join(parts[index:])


def edit(data, markers, change):
    """Applies change(segment) -> segment or None to segments with a marker."""
    wanted = {markers} if isinstance(markers, int) else markers
    parts = [change(part) if part.marker in wanted else part for part in split(data)]
    return join(part for part in parts if part is not None)


def edit_frame(data, change):
    """Applies change(bytearray payload) in place to the frame header."""

    def apply(part):
        payload = bytearray(part.payload)
        change(payload)
        return replace(part, payload=bytes(payload))

    return edit(data, FRAMES, apply)


def with_frame_marker(data, marker):
    return edit(data, FRAMES, lambda part: replace(part, marker=marker))


def with_component_ids(data, ids):
    """Renames the components in the frame and in every scan."""
    frame = next(part for part in split(data) if part.marker in FRAMES)
    old = frame.payload[6::3]
    table = bytes.maketrans(old, bytes(ids))

    def scan(part):
        payload = bytearray(part.payload)
        for at in range(1, 1 + 2 * payload[0], 2):
            payload[at] = table[payload[at]]
        return replace(part, payload=bytes(payload))

    def head(payload):
        payload[6::3] = bytes(ids)

    return edit(edit_frame(data, head), SOS, scan)


def adobe(transform):
    return segment(APP14, b"Adobe\x00\x64\0\0\0\0" + bytes((transform,)))


def scan_spans(data):
    """(start, end) of each scan's entropy-coded bytes."""
    spans, at = [], 0
    for part in split(data):
        at += len(part.encode())
        if part.marker == SOS:
            spans.append((at - len(part.entropy), at))
    return spans


def flip(data, at, bit):
    return data[:at] + bytes((data[at] ^ 1 << bit,)) + data[at + 1 :]


def flip_entropy(data, where, bit=3):
    """Flips one bit in the scans' data, `where` (0..1) of the way through, at
    the next byte where neither the old nor the new neighbourhood holds FF."""
    start, end = scan_spans(data)[0][0], scan_spans(data)[-1][1]
    at = start + int((end - start) * where)
    inside = {i for a, b in scan_spans(data) for i in range(a + 1, b - 1)}
    while at not in inside or 0xFF in data[at - 1 : at + 2] or data[at] ^ 1 << bit == 0xFF:
        at += 1
    return flip(data, at, bit)


def insert_entropy(data, where, extra):
    """Puts bytes into the first scan's data, `where` (0..1) of the way."""
    start, end = scan_spans(data)[0]
    at = start + int((end - start) * where)
    while 0xFF in data[at - 2 : at + 2]:
        at += 1
    return data[:at] + extra + data[at:]


FRAME_NAMES = {
    0xC0: "baseline", 0xC1: "sequential", 0xC2: "progressive", 0xC3: "lossless",
    0xC9: "arithmetic", 0xCA: "progressive arithmetic",
}  # fmt: skip


def describe(data):
    """Short words for a file's coding, from its own headers: the kind of frame,
    each component's sampling, Adobe's transform, restarts, the number of scans, a missing EOI."""
    words, at, scans, framed, ended = [], 2, 0, False, False
    while at + 2 <= len(data):
        marker = data[at + 1]
        if data[at] != 0xFF or marker < SOF0 or marker == 0xFF or 0xD0 <= marker <= SOI:
            at += 1
            continue
        if marker == EOI:
            ended = True
            break
        end = at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
        body = data[at + 4 : end]
        if marker == SOS:
            scans += 1
            end = _entropy_end(data, end)
        elif scans == 0 and marker in FRAMES and not framed and len(body) > 6:
            framed = True
            kind = FRAME_NAMES.get(marker, f"SOF{marker - SOF0}")
            words += [kind, ",".join(f"{b >> 4}x{b & 15}" for b in body[7:18:3])]
        elif scans == 0 and marker == APP14 and body.startswith(b"Adobe") and len(body) > 11:
            words.append(f"adobe{body[11]}")
        elif scans == 0 and marker == DRI and len(body) == 2:
            words.append(f"dri{int.from_bytes(body, 'big')}")
        at = end
    if scans > 1:
        words.append(f"{scans} scans")
    return " ".join(words if ended or not scans else [*words, "no EOI"])
