"""The encoders: Debian's cjpeg and jpegtran (libjpeg-turbo-progs 2.1.5),
Pillow, and libturbojpeg 3 for what those cannot write."""

import ctypes
import io
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[3]
LIBRARY = (
    REPOSITORY
    / "node_modules/@julusian/jpeg-turbo/prebuilds/jpeg-turbo-linux-x64/libturbojpeg.so.0"
)


def _netpbm(image):
    kind = b"P5" if image.mode == "L" else b"P6"
    return kind + f"\n{image.width} {image.height}\n255\n".encode() + image.tobytes()


def cjpeg(image, *options, scans=None):
    """An L or RGB picture through cjpeg; scans is a scan script's text."""
    if scans is None:
        return _run("cjpeg", options, _netpbm(image))
    with tempfile.NamedTemporaryFile("w", suffix=".scans") as script:
        script.write(scans)
        script.flush()
        return _run("cjpeg", (*options, "-scans", script.name), _netpbm(image))


def jpegtran(data, *options):
    return _run("jpegtran", options, data)


def _run(program, options, data):
    command = [program, *(str(option) for option in options)]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def pillow(image, kind="JPEG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def decode(data):
    """The decoded picture, or what Pillow raises."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image


class TurboJpeg:
    """The little of libturbojpeg 3's API that is needed, through ctypes."""

    PARAMETERS = {
        "stop_on_warning": 0, "quality": 3, "subsampling": 4, "width": 5, "height": 6,
        "precision": 7, "colour_space": 8, "optimize": 11, "progressive": 12, "arithmetic": 14,
        "lossless": 15, "predictor": 16, "point_transform": 17, "restart_blocks": 18,
    }  # fmt: skip
    SUBSAMPLINGS = {"444": 0, "422": 1, "420": 2, "gray": 3, "440": 4, "411": 5, "441": 6}
    PIXELS = {"RGB": 0, "L": 6, "CMYK": 11}
    SPACES = {"RGB": 0, "YCbCr": 1, "gray": 2, "CMYK": 3, "YCCK": 4}

    def __init__(self, path=LIBRARY):
        self.library = ctypes.CDLL(str(path))
        self.library.tj3Init.restype = ctypes.c_void_p
        self.library.tj3GetErrorStr.restype = ctypes.c_char_p

    def compress(self, image, **parameters):
        """Compresses a Pillow image; 12-bit samples where precision=12."""
        handle = ctypes.c_void_p(self.library.tj3Init(0))
        try:
            samples = np.asarray(image)
            if image.mode == "CMYK":
                samples = 255 - samples  # Adobe stores inks inverted
            bits = parameters.pop("precision", 8)
            if bits == 12:
                samples = samples.astype(np.int16) * 16
            for name, value in parameters.items():
                self._set(handle, name, value)
            return self._compress(handle, bits, np.ascontiguousarray(samples), image)
        finally:
            self.library.tj3Destroy(handle)

    def _set(self, handle, name, value):
        if self.library.tj3Set(handle, self.PARAMETERS[name], int(value)):
            raise ValueError(self._message(handle))

    def _compress(self, handle, bits, samples, image):
        out, size = ctypes.c_void_p(), ctypes.c_size_t()
        call = self.library.tj3Compress8 if bits == 8 else self.library.tj3Compress12
        failed = call(
            handle, samples.ctypes.data_as(ctypes.c_void_p), image.width, 0, image.height,
            self.PIXELS[image.mode], ctypes.byref(out), ctypes.byref(size),
        )  # fmt: skip
        if failed:
            raise ValueError(self._message(handle))
        data = ctypes.string_at(out, size.value)
        self.library.tj3Free(out)
        return data

    def decompress(self, data):
        """(pixels or None, message): the pixels in Pillow's mode for the file, and
        the library's last warning or error. (Its error code is no help in telling
        them apart: it stays "warning" when an error follows a warning.)"""
        handle = ctypes.c_void_p(self.library.tj3Init(1))
        try:
            if self.library.tj3DecompressHeader(handle, data, ctypes.c_size_t(len(data))) < 0:
                if self.library.tj3GetErrorCode(handle):
                    return None, self._message(handle)
            width, height, space = (
                self.library.tj3Get(handle, self.PARAMETERS[name])
                for name in ("width", "height", "colour_space")
            )
            if width <= 0:
                return None, "no picture in the header"
            mode = {2: "L", 3: "CMYK", 4: "CMYK"}.get(space, "RGB")
            shape = (height, width) if mode == "L" else (height, width, len(mode))
            pixels = np.empty(shape, np.uint8)
            failed = self.library.tj3Decompress8(
                handle, data, ctypes.c_size_t(len(data)),
                pixels.ctypes.data_as(ctypes.c_void_p), 0, self.PIXELS[mode],
            )  # fmt: skip
            message = self._message(handle) if failed else ""
            if failed and self.library.tj3GetErrorCode(handle):
                return None, message
            return (255 - pixels if mode == "CMYK" else pixels).tobytes(), message
        finally:
            self.library.tj3Destroy(handle)

    def _message(self, handle):
        return self.library.tj3GetErrorStr(handle).decode()
