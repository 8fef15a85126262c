"""JPEG files that are kept exactly, in fewer bytes."""

from __future__ import annotations

import ctypes
from ctypes import byref

from . import _library
from ._source import Bytes, Source


def encode_jpeg(jpeg: Source, *, threads: int = 0, max_pixels: int = 2**30, max_bytes: int = 2**36) -> bytes:
    """The LAQ file that keeps a JPEG file bit by bit, in fewer bytes.

    jpeg: bytes, or any object with the buffer protocol, or a path.
    threads: 1 to 1024, or 0: one per processor. The bytes do not depend on it.
    max_pixels, max_bytes: larger pictures, and coding that takes more bytes of memory, are refused (LimitError).

    Raises UnsupportedError if it is no JPEG file, or one that cannot be kept, TruncatedError, DamagedError, LimitError.
    """
    options = _library.JpegEncodeOptions()
    _library.library.laq_jpeg_encode_options_init(byref(options), ctypes.sizeof(options))
    options.threads = _library.in_range("threads", threads, 0, 1024)
    options.max_pixels = _library.in_range("max_pixels", max_pixels, 0, 2**64 - 1)
    options.max_bytes = _library.in_range("max_bytes", max_bytes, 0, 2**64 - 1)
    data = Bytes(jpeg)
    return _library.encode("laq_encode_jpeg", data.arguments, options)


def decode_jpeg(file: Source, *, threads: int = 0, max_pixels: int = 2**30, max_bytes: int = 2**36) -> bytes:
    """The JPEG file that a LAQ file keeps, bit by bit. Arguments as of encode_jpeg()."""
    limits = _library.decode_options(threads, max_pixels, max_bytes)
    data = Bytes(file)
    return _library.encode("laq_decode_jpeg", data.arguments, limits)


def holds_jpeg(data: Bytes) -> bool:
    return bool(_library.library.laq_holds_jpeg(*data.arguments))
