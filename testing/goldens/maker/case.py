"""What every golden input is: a name, how to make its bytes, and a remark."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str  # the file's name; its folder is the group's
    make: Callable[[], bytes]
    note: str = ""


def seed(name):
    """A stable seed for a picture, from its name."""
    return zlib.crc32(name.encode())
