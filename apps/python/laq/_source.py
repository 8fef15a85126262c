"""The bytes of a LAQ file, wherever they are."""

from __future__ import annotations

import mmap
import os
from typing import Any, Union

import numpy as np

# An object with the buffer protocol (bytes, bytearray, memoryview, mmap, array), or the path of a file.
Source = Union[bytes, bytearray, memoryview, mmap.mmap, "os.PathLike[str]", str, Any]


class Bytes:
    """A view of bytes for a call: its address and size. The file of a path is mapped into memory, not read."""

    def __init__(self, source: Source):
        if isinstance(source, (str, os.PathLike)):
            source = _map(source)
        try:
            view = memoryview(source)
        except TypeError:
            raise TypeError(
                f"the file is a {type(source).__name__}, it must be a path or have the buffer protocol (bytes, mmap, ...)"
            ) from None
        if not view.contiguous:
            view = memoryview(view.tobytes())
        self._bytes = np.frombuffer(view, np.uint8) if view.nbytes else np.empty(0, np.uint8)

    @property
    def arguments(self) -> tuple[int | None, int]:
        """For the arguments `data` and `size` of the library."""
        return (self._bytes.ctypes.data if self._bytes.size else None), self._bytes.size

    def __len__(self) -> int:
        return self._bytes.size


def _map(path: "os.PathLike[str] | str") -> Any:
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
