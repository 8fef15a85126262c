"""The C library by ctypes: the declarations of laq/laq.h that the package uses, and how they are called.

ctypes releases the interpreter lock during each call. One package serves every version of Python, because nothing is
compiled against it. tests/apps/python/layout_test.py holds the structures against the header.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, Structure, byref, c_char, c_char_p, c_double, c_float, c_int, c_int64, c_size_t
from ctypes import c_uint8, c_uint16, c_uint32, c_uint64, c_void_p
from typing import Any, Callable, Optional, Sequence

from . import _errors

MAX_DIMENSIONS = 32

# A progress function gets the share of the work that is done, 0..1. It cancels by returning False.
Progress = Callable[[float], Optional[bool]]


class Error(Structure):
    _fields_ = [("message", c_char * 256)]


class Attachment(Structure):
    _fields_ = [("name", c_char * 5), ("data", c_void_p), ("bytes", c_size_t)]


class CodePoints(Structure):
    _fields_ = [
        ("are_set", c_uint8),
        ("primaries", c_uint8),
        ("transfer", c_uint8),
        ("matrix", c_uint8),
        ("is_full_range", c_uint8),
    ]


class Light(Structure):
    _fields_ = [
        ("chromaticities", c_uint16 * 8),
        ("max_luminance", c_uint32),
        ("min_luminance", c_uint32),
        ("max_pixel", c_uint32),
        ("max_frame_average", c_uint32),
    ]


class Metadata(Structure):
    _fields_ = [
        ("icc", c_void_p),
        ("icc_bytes", c_size_t),
        ("exif", c_void_p),
        ("exif_bytes", c_size_t),
        ("xmp", c_void_p),
        ("xmp_bytes", c_size_t),
        ("pixels_per_metre_x", c_uint32),
        ("pixels_per_metre_y", c_uint32),
        ("orientation", c_uint32),
        ("is_only_aspect", c_uint32),
        ("code_points", CodePoints),
        ("light", Light),
        ("attachments", POINTER(Attachment)),
        ("attachment_count", c_size_t),
    ]


class Picture(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("width", c_uint32),
        ("height", c_uint32),
        ("channels", c_int),
        ("depth", c_int),
        ("samples", c_void_p),
        ("row_bytes", c_size_t),
        ("metadata", Metadata),
        ("sample_format", c_int),
    ]


class Buffer(Structure):
    _fields_ = [("data", c_void_p), ("size", c_size_t)]


ProgressFunction = ctypes.CFUNCTYPE(c_int, c_float, c_void_p)


class QualityMask(Structure):
    _fields_ = [("width", c_uint32), ("height", c_uint32), ("levels", c_void_p), ("row_bytes", c_size_t)]


class EncodeOptions(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("quality", c_float),
        ("effort", c_int),
        ("threads", c_int),
        ("tune", c_int),
        ("adaptive_quantization", c_int),
        ("target_kind", c_int),
        ("target", c_double),
        ("max_pixels", c_uint64),
        ("progress", ProgressFunction),
        ("user", c_void_p),
        ("run_tasks", c_void_p),
        ("progressive", c_int),
        ("mask", POINTER(QualityMask)),
    ]


class DecodeOptions(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("threads", c_int),
        ("max_pixels", c_uint64),
        ("max_bytes", c_uint64),
        ("progress", ProgressFunction),
        ("run_tasks", c_void_p),
        ("allocate", c_void_p),
        ("release", c_void_p),
        ("user", c_void_p),
    ]


class PartInfo(Structure):
    _fields_ = [
        ("width", c_uint32),
        ("height", c_uint32),
        ("channels", c_int),
        ("depth", c_int),
        ("is_preview", c_int),
        ("sample_format", c_int),
        ("missing_tiles", c_uint64),
    ]


class PartOptions(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("x", c_uint32),
        ("y", c_uint32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("reduction", c_int),
        ("allow_partial", c_int),
    ]


class JpegEncodeOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("threads", c_int), ("max_pixels", c_uint64), ("max_bytes", c_uint64)]


class Section(Structure):
    _fields_ = [("name", c_char * 5), ("bytes", c_uint64)]


class Info(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("width", c_uint32),
        ("height", c_uint32),
        ("channels", c_int),
        ("depth", c_int),
        ("format", c_int),
        ("quality", c_float),
        ("tune", c_int),
        ("adaptive_quantization", c_int),
        ("section_count", c_size_t),
        ("sections", POINTER(Section)),
        ("metadata", Metadata),
        ("has_bound", c_int),
        ("max_error", c_uint32),
        ("sample_format", c_int),
        ("float_max_error", c_double),
    ]


class Array(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("type", c_int),
        ("dimensions", c_int),
        ("shape", c_uint64 * MAX_DIMENSIONS),
        ("data", c_void_p),
        ("strides", POINTER(c_int64)),
        ("sample_rate", c_uint32),
        ("significant_bits", c_int),
        ("attachments", POINTER(Attachment)),
        ("attachment_count", c_size_t),
    ]


class ArrayRegion(Structure):
    _fields_ = [
        ("dimensions", c_int),
        ("begin", c_uint64 * MAX_DIMENSIONS),
        ("size", c_uint64 * MAX_DIMENSIONS),
    ]


class ArrayPartBound(Structure):
    _fields_ = [("part", ArrayRegion), ("value", c_double)]


class ArrayEncodeOptions(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("target_kind", c_int),
        ("threads", c_int),
        ("target", c_double),
        ("chunk_elements", c_uint32),
        ("effort", c_int),
        ("progress", ProgressFunction),
        ("user", c_void_p),
        ("parts", POINTER(ArrayPartBound)),
        ("part_count", c_size_t),
        ("run_tasks", c_void_p),
    ]


class ArrayInfo(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("type", c_int),
        ("dimensions", c_int),
        ("shape", c_uint64 * MAX_DIMENSIONS),
        ("sample_rate", c_uint32),
        ("significant_bits", c_int),
        ("target_kind", c_int),
        ("target", c_double),
        ("max_error", c_double),
        ("mean_squared_error", c_double),
        ("chunks", c_uint64),
        ("chunk_dimensions", c_int),
        ("chunk_shape", c_uint64 * MAX_DIMENSIONS),
        ("attachments", POINTER(Attachment)),
        ("attachment_count", c_size_t),
        ("non_finite", c_uint64),
        ("least_bound", c_double),
        ("greatest_bound", c_double),
    ]


class ArrayOutput(Structure):
    _fields_ = [("type", c_int), ("dimensions", c_int), ("shape", c_uint64 * MAX_DIMENSIONS), ("data", c_void_p)]


class Tensor(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("type", c_int),
        ("dimensions", c_int),
        ("shape", c_uint64 * MAX_DIMENSIONS),
        ("data", c_void_p),
        ("type_name", c_char_p),
        ("has_target", c_int),
        ("target_kind", c_int),
        ("target", c_double),
        ("importance", POINTER(c_float)),
        ("importance_count", c_size_t),
    ]


class TensorEncodeOptions(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("target_kind", c_int),
        ("noise_shape", c_int),
        ("target", c_double),
        ("adaptive_quantization", c_int),
        ("effort", c_int),
        ("threads", c_int),
        ("progress", ProgressFunction),
        ("user", c_void_p),
        ("attachments", POINTER(Attachment)),
        ("attachment_count", c_size_t),
    ]


class Tensors(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("tensors", POINTER(POINTER(Tensor))),
        ("tensor_count", c_size_t),
        ("attachments", POINTER(Attachment)),
        ("attachment_count", c_size_t),
    ]


class TensorInfo(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("type", c_int),
        ("dimensions", c_int),
        ("shape", c_uint64 * MAX_DIMENSIONS),
        ("type_name", c_char_p),
        ("target_kind", c_int),
        ("target", c_double),
        ("bytes", c_uint64),
        ("power", c_double),
        ("mean_squared_error", c_double),
        ("max_error", c_double),
        ("uniform_bits", c_double),
    ]


class TensorsInfo(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("tensors", POINTER(POINTER(TensorInfo))),
        ("tensor_count", c_size_t),
        ("attachments", POINTER(Attachment)),
        ("attachment_count", c_size_t),
    ]


# The functions by name: what they give, and their arguments. Those that give a status have a laq_error last.
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "laq_version": (c_char_p, []),
    "laq_holds_array": (c_int, [c_void_p, c_size_t]),
    "laq_encode_options_init": (None, [POINTER(EncodeOptions), c_size_t]),
    "laq_decode_options_init": (None, [POINTER(DecodeOptions), c_size_t]),
    "laq_array_encode_options_init": (None, [POINTER(ArrayEncodeOptions), c_size_t]),
    "laq_buffer_free": (None, [POINTER(Buffer)]),
    "laq_picture_free": (None, [POINTER(Picture)]),
    "laq_info_free": (None, [POINTER(Info)]),
    "laq_array_info_free": (None, [POINTER(ArrayInfo)]),
    "laq_encode": (c_int, [POINTER(Picture), POINTER(EncodeOptions), POINTER(Buffer), POINTER(Error)]),
    "laq_decode": (
        c_int,
        [c_void_p, c_size_t, POINTER(DecodeOptions), POINTER(POINTER(Picture)), POINTER(Error)],
    ),
    "laq_part_options_init": (None, [POINTER(PartOptions), c_size_t]),
    "laq_part_sizes": (
        c_int,
        [c_void_p, c_size_t, POINTER(PartOptions), POINTER(PartInfo), POINTER(Error)],
    ),
    "laq_decode_part": (
        c_int,
        [
            c_void_p,
            c_size_t,
            POINTER(PartOptions),
            POINTER(DecodeOptions),
            POINTER(POINTER(Picture)),
            POINTER(Error),
        ],
    ),
    "laq_holds_jpeg": (c_int, [c_void_p, c_size_t]),
    "laq_jpeg_encode_options_init": (None, [POINTER(JpegEncodeOptions), c_size_t]),
    "laq_encode_jpeg": (
        c_int,
        [c_void_p, c_size_t, POINTER(JpegEncodeOptions), POINTER(Buffer), POINTER(Error)],
    ),
    "laq_decode_jpeg": (c_int, [c_void_p, c_size_t, POINTER(DecodeOptions), POINTER(Buffer), POINTER(Error)]),
    "laq_inspect": (c_int, [c_void_p, c_size_t, POINTER(POINTER(Info)), POINTER(Error)]),
    "laq_measure": (c_int, [POINTER(Picture), POINTER(Picture), c_int, POINTER(c_double), POINTER(Error)]),
    "laq_encode_array": (c_int, [POINTER(Array), POINTER(ArrayEncodeOptions), POINTER(Buffer), POINTER(Error)]),
    "laq_append_array": (
        c_int,
        [c_void_p, c_size_t, POINTER(Array), POINTER(ArrayEncodeOptions), POINTER(Buffer), POINTER(Error)],
    ),
    "laq_decode_array_level": (
        c_int,
        [c_void_p, c_size_t, c_int, POINTER(DecodeOptions), POINTER(POINTER(Array)), POINTER(Error)],
    ),
    "laq_decode_array_into": (
        c_int,
        [c_void_p, c_size_t, POINTER(ArrayRegion), POINTER(DecodeOptions), POINTER(ArrayOutput), POINTER(Error)],
    ),
    "laq_holds_tensors": (c_int, [c_void_p, c_size_t]),
    "laq_tensor_encode_options_init": (None, [POINTER(TensorEncodeOptions), c_size_t]),
    "laq_tensors_free": (None, [POINTER(Tensors)]),
    "laq_tensors_info_free": (None, [POINTER(TensorsInfo)]),
    "laq_encode_tensors": (
        c_int,
        [POINTER(POINTER(Tensor)), c_size_t, POINTER(TensorEncodeOptions), POINTER(Buffer), POINTER(Error)],
    ),
    "laq_decode_tensors": (
        c_int,
        [c_void_p, c_size_t, POINTER(DecodeOptions), POINTER(POINTER(Tensors)), POINTER(Error)],
    ),
    "laq_decode_tensor": (
        c_int,
        [c_void_p, c_size_t, c_char_p, POINTER(DecodeOptions), POINTER(POINTER(Tensors)), POINTER(Error)],
    ),
    "laq_inspect_tensors": (c_int, [c_void_p, c_size_t, POINTER(POINTER(TensorsInfo)), POINTER(Error)]),
    "laq_inspect_array": (c_int, [c_void_p, c_size_t, POINTER(POINTER(ArrayInfo)), POINTER(Error)]),
}


def _load() -> ctypes.CDLL:
    """The library beside the package, as wheels and `meson install` put it there, or else that of the system."""
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "liblaq.so.0")
    name = beside if os.path.exists(beside) else "liblaq.so.0"
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise ImportError(f"laq needs its library, liblaq.so.0: {error}") from error
    for function, (result, arguments) in _FUNCTIONS.items():
        try:
            declared = getattr(library, function)
        except AttributeError:
            raise ImportError(f"{name} is older than this package: it has no {function}") from None
        declared.restype, declared.argtypes = result, arguments
    return library


library = _load()


def call(function: str, *arguments: Any) -> None:
    """Calls a function that gives a status; raises the exception for it, with the library's message."""
    error = Error()
    status = getattr(library, function)(*arguments, byref(error))
    if status != 0:
        kind = _errors.BY_STATUS[status - 1] if status <= len(_errors.BY_STATUS) else _errors.LaqError
        raise kind(error.message.decode("utf-8", "replace"))


def call_with_progress(options: Any, progress: Progress | None, function: str, *arguments: Any) -> None:
    """call() with a progress function in the options, which are among the arguments. Its exceptions go on from here."""
    raised: list[BaseException] = []

    def report(done: float, _user: Any) -> int:
        try:
            return 0 if progress is not None and progress(done) is False else 1
        except BaseException as error:  # No exception may cross the library.
            raised.append(error)
            return 0

    if progress is not None:
        options.progress = ProgressFunction(report)
    try:
        call(function, *arguments)
    except _errors.CancelledError:
        if raised:
            raise raised[0] from None
        raise


def encode(function: str, content: Sequence[Any], options: Structure, progress: Progress | None = None) -> bytes:
    """The bytes that laq_encode or its like gives. content: the arguments before the options."""
    file = Buffer()
    try:
        call_with_progress(options, progress, function, *content, byref(options), byref(file))
        return ctypes.string_at(file.data, file.size)
    finally:
        library.laq_buffer_free(byref(file))


def decode_options(threads: int, most: int, max_bytes: int) -> DecodeOptions:
    """most: pixels or elements."""
    options = DecodeOptions()
    library.laq_decode_options_init(byref(options), ctypes.sizeof(options))
    options.threads = in_range("threads", threads, 0, 1024)
    options.max_pixels = in_range("max_pixels or max_elements", most, 0, 2**64 - 1)
    options.max_bytes = in_range("max_bytes", max_bytes, 0, 2**64 - 1)
    return options


def in_range(name: str, value: Any, least: int, most: int) -> int:
    """The integer, if a field of C holds it. ctypes would cut it."""
    try:
        number = value.__index__()
    except AttributeError:
        raise TypeError(f"{name} is {value!r}, it must be an integer") from None
    if not least <= number <= most:
        raise _errors.ArgumentError(f"{name} is {number}, it must be {least}..{most}")
    return int(number)


class Owner:
    """Frees what the library gave when nothing points to its memory any more."""

    def __init__(self, pointer: Any, free: Callable[[Any], None]):
        self._pointer, self._free = pointer, free

    def __del__(self) -> None:
        self._free(self._pointer)

    def memory(self, address: int | None, size: int) -> Any:
        """Bytes of it, as an object with the buffer protocol that keeps the owner alive."""
        if not address:
            return b""
        memory = (c_uint8 * size).from_address(address)
        memory._owner = self  # type: ignore[attr-defined]
        return memory


def copy_bytes(data: int | None, size: int) -> bytes:
    return ctypes.string_at(data, size) if data else b""


def copy_attachments(content: Any) -> dict[str, bytes]:
    """Of a Metadata or an ArrayInfo, by their names."""
    return {
        content.attachments[i].name.decode(): copy_bytes(content.attachments[i].data, content.attachments[i].bytes)
        for i in range(content.attachment_count)
    }


def set_attachments(content: Any, attachments: dict[str, bytes]) -> Any:
    """Gives what must outlive the call that is given `content`; so must the bytes."""
    views = (Attachment * len(attachments))()
    for view, (name, data) in zip(views, attachments.items()):
        if len(name) != 4 or not name.isascii():
            raise _errors.ArgumentError(f"attachment {name!r}: names are four characters")
        view.name = name.encode()
        view.data = ctypes.cast(c_char_p(data), c_void_p)
        view.bytes = len(data)
    content.attachments = ctypes.cast(views, POINTER(Attachment))
    content.attachment_count = len(attachments)
    return views
