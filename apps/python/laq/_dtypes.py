"""NumPy types and what the library codes of them.

An array of a type that the library does not have (complex numbers, bool, times), of another byte order or in Fortran
order says so in an attachment, as the command does for .npy files: a file from either comes back the same from both.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from . import _errors

ATTACHMENT = "npyh"

# In the order of laq_element_type.
_NAMES = ("i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8", "i8", "u8", "f2")
_BFLOAT16 = len(_NAMES)
_NUMBERS = {name: number for number, name in enumerate(_NAMES)}
_PARTS = {"c8": "f4", "c16": "f8"}  # of complex numbers


class Coding(NamedTuple):
    """How the elements of an array are coded."""

    type: int  # a laq_element_type
    dtype: np.dtype[Any]  # of the array
    is_fortran: bool = False

    @property
    def is_complex(self) -> bool:
        return self.dtype.kind == "c"

    @property
    def part(self) -> np.dtype[Any]:
        """The native type of what is coded."""
        return np.dtype("u2" if self.type == _BFLOAT16 else _NAMES[self.type])

    @property
    def mark(self) -> bytes:
        """The contents of the attachment, or nothing if the library's type tells all."""
        if self.type == _BFLOAT16:
            return b""
        text = self.dtype.newbyteorder("<").str if self.dtype.isnative else self.dtype.str
        is_plain = text[1:] == _NAMES[self.type] and self.dtype.isnative and not self.is_fortran
        return b"" if is_plain else (text + ("F" if self.is_fortran else "C")).encode()


def coding_of(array: np.ndarray[Any, Any]) -> Coding:
    """Raises TypeError for what is no number."""
    dtype = array.dtype
    is_fortran = array.flags.f_contiguous and not array.flags.c_contiguous
    if dtype.name == "bfloat16":  # of ml_dtypes
        return Coding(_BFLOAT16, dtype)
    code = dtype.str[1:]
    if dtype.kind == "b":
        code = "u1"
    elif dtype.kind in "mM":
        code = "i8"
    code = _PARTS.get(code, code)
    if code not in _NUMBERS:
        raise TypeError(f"elements of {dtype} are not supported ({_advice(dtype)})")
    return Coding(_NUMBERS[code], dtype, is_fortran)


def _advice(dtype: np.dtype[Any]) -> str:
    if dtype.kind == "f":
        return "array.astype('float64') rounds them"
    if dtype.kind == "c":
        return "array.astype('complex128') rounds them"
    if dtype.kind == "O":
        return "array.astype('float64') if the objects are numbers"
    if dtype.names:
        return f"code one field, array[{dtype.names[0]!r}]"
    return "only numbers are coded"


def coding_from(number: int, attachments: dict[str, bytes]) -> Coding:
    """Of a file, with the element type and attachments that it has. A damaged attachment tells nothing."""
    if number == _BFLOAT16:
        return Coding(number, _bfloat16())
    if number >= len(_NAMES):
        raise _errors.UnsupportedError(f"this version of laq does not know the file's element type {number}")
    plain = Coding(number, np.dtype(_NAMES[number]))
    text = attachments.get(ATTACHMENT, b"").decode("ascii", "replace")
    if len(text) > 64 or not re.fullmatch(r"[<>|][a-zA-Z][0-9]+(\[[0-9a-zA-Z]+\])?[CF]", text):
        return plain
    try:
        dtype = np.dtype(text[:-1])
        coded = coding_of(np.empty(0, dtype))
    except (TypeError, ValueError):
        return plain
    return Coding(number, dtype, text.endswith("F")) if coded.type == number else plain


def from_memory(number: int, memory: Any, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Elements of a type of the library, where they lie."""
    coding = coding_from(number, {})
    elements = np.frombuffer(memory, coding.part) if memory else np.empty(0, coding.part)
    return restore_bfloat16(elements, coding).reshape(shape)


def restore_bfloat16(elements: np.ndarray[Any, Any], coding: Coding) -> np.ndarray[Any, Any]:
    """The elements as `dtype` has them; bfloat16 without ml_dtypes becomes float32."""
    if coding.part.itemsize == coding.dtype.itemsize:
        return elements.view(coding.dtype)
    return (elements.astype(np.uint32) << 16).view(coding.dtype)


def _bfloat16() -> np.dtype[Any]:
    """That of ml_dtypes where it is installed, or else float32, which holds all its numbers."""
    try:
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    except ImportError:
        return np.dtype(np.float32)
