"""Arrays: encode, decode, and files that are open for regions."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_int64
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Optional, Sequence

import numpy as np
from numpy.typing import ArrayLike

from . import _dtypes, _errors, _library, _targets
from ._library import Progress
from ._source import Bytes, Source


@dataclass(frozen=True)
class ArrayInfo:
    """What the file of an array says of it."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    target: str  #: what was asked for: "lossless", "max_error", "psnr", ... as the arguments of encode()
    target_value: float  #: in the numbers of the target
    max_error: float  #: largest difference of a finite element, in its units
    mean_squared_error: float  #: of the finite elements, in their units squared
    non_finite: int  #: elements that are NaN or infinite
    least_bound: float  #: of the bounds by which parts are coded: largest errors, or shares of elements
    greatest_bound: float  #: the same as least_bound unless parts have bounds of their own
    chunks: int  #: parts that are coded independently of each other
    chunk_shape: tuple[int, ...]  #: elements along the sides of a part; at most four sides
    sample_rate: int  #: elements a second along the last side; 0: unknown, or not a signal
    file_bytes: int
    attachments: dict[str, bytes]  #: what travels with the elements, by names of four characters
    _coding: _dtypes.Coding

    @property
    def bits_per_element(self) -> float:
        """Bits of the file for each element; NaN without elements."""
        count = int(np.prod(self.shape, dtype=object))
        return 8 * self.file_bytes / count if count else float("nan")


def encode(
    array: ArrayLike,
    *,
    max_error: Optional[float] = None,
    max_relative_error: Optional[float] = None,
    pointwise_relative: Optional[float] = None,
    psnr: Optional[float] = None,
    snr: Optional[float] = None,
    bits: Optional[float] = None,
    lossless: bool = False,
    slice_bounds: Optional[ArrayLike] = None,
    region_bounds: Sequence[tuple[Any, float]] = (),
    effort: int = 5,
    chunks: int = 0,
    threads: int = 0,
    sample_rate: int = 0,
    attachments: Optional[dict[str, bytes]] = None,
    progress: Optional[Progress] = None,
) -> bytes:
    """The LAQ file of an array: bytes for decode(), the command, or a file called NAME.laq.

    array: numbers of any shape up to 32 sides, integers of 8 to 64 bits, float16, bfloat16 (of ml_dtypes), float32,
        float64, complex64, complex128, bool, datetime64 or timedelta64. Anything that NumPy takes as an array, such as
        an object with the buffer protocol or with __array_interface__. Slices, transposed and reversed arrays are read
        where they are, without a copy; other byte orders than the machine's are copied. Neighbours along the last side
        should be most alike: a recording is (channels, samples).

    At most one of these says what the loss may be; without any there is none. Errors are in the units of the elements.
        max_error: no finite element changes by more.
        max_relative_error: no finite element changes by more than this share of the range (greatest less least).
        pointwise_relative: no finite element changes by more than this share of itself; zeros stay zeros.
        psnr: at least so many decibels of the range to the root mean squared error.
        snr: at least so many decibels of the elements' root mean square to that of the error.
        bits: at most so many bits for each element, of the whole file.
        lossless: True says that no loss is wanted.
    NaN and infinities come back as they are. Real and imaginary parts of complex numbers are elements of their own.

    Parts of the array may have bounds of their own, in the numbers of max_error, max_relative_error or
    pointwise_relative, of which one is given for all else. Chunks end at the borders of parts.
        slice_bounds: a bound for each index of the first side.
        region_bounds: pairs of a region (np.s_[10:20, :, 5], with steps of 1) and its bound; the last one that holds an
            element counts.

    effort: 1 (fastest) to 9 (smallest file).
    chunks: elements that are coded together at most, 256 to 2097152; 0: 2097152. Fewer make small regions quicker to
        decode and the file larger, by 4 % with 65536 and by 21 % with 4096.
    threads: 1 to 1024, or 0: one per processor. The bytes do not depend on it.
    sample_rate: elements a second along the last side, if it is a signal.
    attachments: bytes that travel with the elements, by names of four characters; docs/format.md lists those in use.
    progress: called now and then with the share that is done, 0..1; False as its result cancels (CancelledError).

    Raises TypeError for elements that are no numbers, ArgumentError, LimitError (no file has so few bits).
    The interpreter is free for other threads meanwhile; they must leave the array as it is.
    """
    given = np.asarray(array)
    coding = _dtypes.coding_of(given)
    kind, value = _targets.choose(
        {
            "max_error": max_error,
            "max_relative_error": max_relative_error,
            "pointwise_relative": pointwise_relative,
            "psnr": psnr,
            "snr": snr,
            "bits": bits,
        },
        lossless,
    )
    options = _library.ArrayEncodeOptions()
    _library.library.laq_array_encode_options_init(byref(options), ctypes.sizeof(options))
    options.target_kind, options.target = kind, value
    options.effort = _library.in_range("effort", effort, 1, 9)
    options.chunk_elements = _library.in_range("chunks", chunks, 0, 2**32 - 1)
    options.threads = _library.in_range("threads", threads, 0, 1024)
    parts = _parts(given.shape, coding, slice_bounds, region_bounds)  # lives as long as the call
    options.parts, options.part_count = parts, len(parts)
    if not given.dtype.isnative:
        given = given.astype(given.dtype.newbyteorder("="), order="K")
    content = _view(given, coding)
    content.sample_rate = _library.in_range("sample_rate", sample_rate, 0, 2**32 - 1)
    marked = {name: bytes(data) for name, data in (attachments or {}).items()}
    if coding.mark:
        marked[_dtypes.ATTACHMENT] = coding.mark
    views = _library.set_attachments(content, marked)  # lives as long as the call
    file = _library.encode("laq_encode_array", (byref(content),), options, progress)
    del views
    return file


def _parts(
    shape: tuple[int, ...],
    coding: _dtypes.Coding,
    slice_bounds: Optional[ArrayLike],
    region_bounds: Sequence[tuple[Any, float]],
) -> Any:
    """The parts of an array, for the library: slices with the same bound as one."""
    parts: list[tuple[Sequence[int], Sequence[int], float]] = []
    if slice_bounds is not None:
        bounds = np.asarray(slice_bounds, np.float64)
        if bounds.shape != shape[:1] or not shape:
            raise _errors.ArgumentError(f"slice_bounds has the shape {bounds.shape}, it must be {shape[:1]}")
        ends = [*np.flatnonzero(np.diff(bounds)) + 1, len(bounds)]
        for begin, end in zip([0, *ends], ends):
            if end > begin:
                zeros = [0] * (len(shape) - 1)
                parts.append(((int(begin), *zeros), (int(end - begin), *shape[1:]), float(bounds[begin])))
    for region, bound in region_bounds:
        selection = _select(region, shape)
        if any(isinstance(item, slice) and item.step not in (None, 1) for item in selection.rest):
            raise _errors.ArgumentError("a region with a bound has steps of 1")
        parts.append((selection.begin, selection.size, float(bound)))
    result = (_library.ArrayPartBound * len(parts))()
    for target, (first, size, bound) in zip(result, parts):
        if coding.is_complex:  # Real and imaginary parts are a side in front.
            first, size = (0, *first), (2, *size)
        target.part.dimensions = len(size)
        target.part.begin[: len(size)] = first
        target.part.size[: len(size)] = size
        target.value = bound
    return result


def append(
    file: Source,
    array: ArrayLike,
    *,
    effort: int = 5,
    chunks: int = 0,
    threads: int = 0,
    progress: Optional[Progress] = None,
) -> bytes:
    """The LAQ file of an array that has grown: the elements of a file and behind them, along the first side, others.

    file: as of decode(); it is not changed.
    array: of the same type as the array of the file, with the same sides but the first.
    effort, chunks, threads, progress: as of encode(). The target is that of the file, and holds for all elements.

    What is in the file is neither decoded nor coded again; the new elements are chunks of their own, so that it is
    better to append many slices at once.
    Raises ArgumentError where type or sides differ, or numbers are complex, and what encode() and decode() raise.
    """
    data = Bytes(file)
    info = inspect(data)
    given = np.asarray(array)
    coding = _dtypes.coding_of(given)
    if coding.is_complex or info._coding.is_complex:
        raise _errors.ArgumentError("complex numbers cannot be appended (encode the whole array anew)")
    if given.dtype.newbyteorder("=") != info.dtype.newbyteorder("="):
        raise _errors.ArgumentError(f"the array is of {given.dtype}, that of the file of {info.dtype}")
    if not given.dtype.isnative:
        given = given.astype(given.dtype.newbyteorder("="), order="K")
    options = _library.ArrayEncodeOptions()
    _library.library.laq_array_encode_options_init(byref(options), ctypes.sizeof(options))
    options.effort = _library.in_range("effort", effort, 1, 9)
    options.chunk_elements = _library.in_range("chunks", chunks, 0, 2**32 - 1)
    options.threads = _library.in_range("threads", threads, 0, 1024)
    content = _view(given, coding)
    return _library.encode("laq_append_array", (*data.arguments, byref(content)), options, progress)


def _view(array: np.ndarray[Any, Any], coding: _dtypes.Coding) -> _library.Array:
    """What the library sees of an array of the machine's byte order, where it lies. The array must outlive it."""
    shape, strides = array.shape, array.strides
    if coding.is_complex:  # Real and imaginary parts are a side in front.
        shape, strides = (2, *shape), (array.itemsize // 2, *strides)
    if len(shape) > _library.MAX_DIMENSIONS:
        raise _errors.ArgumentError(f"the array has {array.ndim} sides, complex numbers may have 31 (reshape it)")
    content = _library.Array()
    content.struct_size = ctypes.sizeof(content)
    content.type = coding.type
    content.dimensions = len(shape)
    content.shape[: len(shape)] = shape
    content.data = array.ctypes.data
    if not array.flags.c_contiguous or coding.is_complex:
        content._strides = (c_int64 * len(shape))(*strides)
        content.strides = ctypes.cast(content._strides, POINTER(c_int64))
    if coding.dtype.kind == "b" and (array.size == 0 or array.view(np.uint8).max() <= 1):
        content.significant_bits = 1
    return content


def decode(
    file: Source,
    region: Any = None,
    *,
    out: Optional[np.ndarray[Any, Any]] = None,
    threads: int = 0,
    max_elements: int = 2**30,
    max_bytes: int = 2**36,
    progress: Optional[Progress] = None,
) -> np.ndarray[Any, Any]:
    """The array of a LAQ file, or a region of it.

    file: bytes, or any object with the buffer protocol, or a path, whose file is mapped and not read as a whole.
    region: as an index of the array, np.s_[10:20, :, 5]: integers, slices and an ellipsis. Only the chunks that it
        touches are decoded. None: the whole array.
    out: an array of the shape and type of the result to decode into. If it is C-contiguous and of the machine's byte
        order there is no copy on the way. What it holds after an exception is not defined.
    threads: 1 to 1024, or 0: one per processor.
    max_elements, max_bytes: larger results, and decoding that takes more bytes of memory beside the file, are refused
        (LimitError) before memory is taken. The defaults are 2**30 and 2**36.
    progress: called now and then with the share that is done, 0..1; False as its result cancels (CancelledError).

    The result has the type and byte order of the array that was encoded, and is `out` if that is given. For many
    regions of one file, see open(): it verifies the file once.
    Raises NotLaqError, UnsupportedError (a picture), TruncatedError, DamagedError, LimitError, IndexError for a region
    outside of the array, ArgumentError for another `out`.
    """
    data = Bytes(file)
    limits = _library.decode_options(threads, max_elements, max_bytes)
    return decode_verified(data, inspect(data), region, out, limits, progress)


def decode_level(
    file: Source,
    level: int,
    *,
    threads: int = 0,
    max_elements: int = 2**30,
    max_bytes: int = 2**36,
    progress: Optional[Progress] = None,
) -> np.ndarray[Any, Any]:
    """The array of a LAQ file at a level: decode(file)[:: 2**level, :: 2**level, ...], from what these elements need.

    Many smooth fields under a bound are coded from coarse to fine by efforts 1 to 3, and take a fraction of the time then.
    level: 0 (all elements) to 40. The other arguments are those of decode().
    """
    data = Bytes(file)
    coding = inspect(data)._coding
    if coding.is_complex:  # Real and imaginary parts are a side, which has no levels.
        step = slice(None, None, 2 ** _library.in_range("level", level, 0, 40))
        whole = decode(file, threads=threads, max_elements=max_elements, max_bytes=max_bytes, progress=progress)
        return whole[(step,) * whole.ndim].copy()
    options = _library.decode_options(threads, max_elements, max_bytes)
    found = POINTER(_library.Array)()
    arguments = (_library.in_range("level", level, 0, 40), byref(options), byref(found))
    _library.call_with_progress(options, progress, "laq_decode_array_level", *data.arguments, *arguments)
    try:
        content = found.contents
        shape = tuple(content.shape[: content.dimensions])
        parts = np.empty(shape, coding.part)
        ctypes.memmove(parts.ctypes.data, content.data, parts.nbytes)
    finally:
        _library.library.laq_array_free(found)
    return _restore(parts, coding)


def inspect(data: Bytes) -> ArrayInfo:
    """Verifies the checksums."""
    found = POINTER(_library.ArrayInfo)()
    _library.call("laq_inspect_array", *data.arguments, byref(found))
    try:
        content = found.contents
        attachments = _library.copy_attachments(content)
        coding = _dtypes.coding_from(content.type, attachments)
        shape = tuple(content.shape[: content.dimensions])
        if coding.is_complex:
            if shape[:1] != (2,):
                coding = _dtypes.coding_from(content.type, {})
            else:
                shape = shape[1:]
        kind = content.target_kind
        return ArrayInfo(
            shape,
            coding.dtype,
            _targets.NAMES[kind] if kind < len(_targets.NAMES) else str(kind),
            content.target,
            content.max_error,
            content.mean_squared_error,
            content.non_finite,
            content.least_bound,
            content.greatest_bound,
            content.chunks,
            tuple(content.chunk_shape[: content.chunk_dimensions]),
            content.sample_rate,
            len(data),
            attachments,
            coding,
        )
    finally:
        _library.library.laq_array_info_free(found)


@dataclass(frozen=True)
class _Selection:
    """A region in the library's terms, and what NumPy does to its elements afterwards."""

    begin: tuple[int, ...]
    size: tuple[int, ...]
    rest: tuple[Any, ...]  # an index of the box: steps, and sides that an integer takes away


def _select(region: Any, shape: Sequence[int]) -> _Selection:
    index = region if isinstance(region, tuple) else (region,)
    ellipses = [at for at, item in enumerate(index) if item is Ellipsis]
    if len(ellipses) > 1:
        raise IndexError("a region has one ellipsis at most")
    at = ellipses[0] if ellipses else len(index)
    if not ellipses:
        index = (*index, Ellipsis)
    if len(index) - 1 > len(shape):
        raise IndexError(f"the region has {len(index) - 1} sides, the array has {len(shape)}")
    index = (*index[:at], *[slice(None)] * (len(shape) - len(index) + 1), *index[at + 1 :])
    begin: list[int] = []
    size: list[int] = []
    rest: list[Any] = []
    for side, (item, length) in enumerate(zip(index, shape)):
        if isinstance(item, slice):
            places = range(*item.indices(length))
            first, last = (min(places[0], places[-1]), max(places[0], places[-1])) if places else (0, -1)
            step = places.step if places else 1
            begin.append(first)
            size.append(last - first + 1)
            rest.append(slice(None, None, step))
        elif hasattr(item, "__index__") and not isinstance(item, (bool, np.bool_)):
            place = item.__index__()
            if not -length <= place < length:
                raise IndexError(f"the region has index {place} of side {side}, which has {length}")
            begin.append(place % length)
            size.append(1)
            rest.append(0)
        else:
            raise TypeError(f"a region has integers, slices and an ellipsis, not {type(item).__name__}")
    return _Selection(tuple(begin), tuple(size), tuple(rest))


def decode_verified(
    data: Bytes,
    info: ArrayInfo,
    region: Any,
    out: Optional[np.ndarray[Any, Any]],
    limits: _library.DecodeOptions,
    progress: Optional[Progress] = None,
) -> np.ndarray[Any, Any]:
    selection = None if region is None else _select(region, info.shape)
    box = info.shape if selection is None else selection.size
    _refuse_large(box, limits, len(data))
    is_whole_box = selection is None or all(item == slice(None, None, 1) for item in selection.rest)
    if out is not None and is_whole_box:
        _check_output(out, box, info.dtype)
        if out.flags.c_contiguous and out.flags.writeable and out.dtype.isnative and not info._coding.is_complex:
            if out.dtype.itemsize == info._coding.part.itemsize:
                _decode_box(data, info._coding, selection, out, limits, progress)
                return out
    coding = info._coding
    parts = np.empty((2, *box) if coding.is_complex else box, coding.part)
    _decode_box(data, coding, selection, parts, limits, progress)
    result = _restore(parts, coding)
    if selection is not None:
        result = result[selection.rest]
    if out is not None:
        _check_output(out, result.shape, info.dtype)
        out[...] = result
        return out
    return result if isinstance(result, np.ndarray) else np.asarray(result)


def _refuse_large(box: Sequence[int], limits: _library.DecodeOptions, file_bytes: int) -> None:
    """Before memory is taken for the result."""
    count = 1
    for side in box:
        count *= side
    if count > limits.max_pixels:
        raise _errors.LimitError(f"{count} elements are more than max_elements ({limits.max_pixels})")
    if count > file_bytes << 14:  # laq.h: no file holds more
        raise _errors.DamagedError(f"the file claims {count} elements, more than its {file_bytes} bytes can hold")


def _check_output(out: np.ndarray[Any, Any], shape: Sequence[int], dtype: np.dtype[Any]) -> None:
    if out.dtype != dtype or out.shape != tuple(shape):
        raise _errors.ArgumentError(
            f"out is {out.dtype} of shape {out.shape}, what is decoded is {dtype} of shape {tuple(shape)}"
        )
    if not out.flags.writeable:
        raise _errors.ArgumentError("out is read-only")


def _decode_box(
    data: Bytes,
    coding: _dtypes.Coding,
    selection: Optional[_Selection],
    parts: np.ndarray[Any, Any],
    limits: _library.DecodeOptions,
    progress: Optional[Progress],
) -> None:
    """Fills C-contiguous elements as they are coded."""
    output = _library.ArrayOutput()
    output.type, output.dimensions = coding.type, parts.ndim
    output.shape[: parts.ndim] = parts.shape
    output.data = parts.ctypes.data
    area = None
    if selection is not None:
        begin = (0, *selection.begin) if coding.is_complex else selection.begin
        area = _library.ArrayRegion()
        area.dimensions = parts.ndim
        area.begin[: parts.ndim] = begin
        area.size[: parts.ndim] = parts.shape
    pointer = None if area is None else byref(area)
    arguments = (*data.arguments, pointer, byref(limits), byref(output))
    _library.call_with_progress(limits, progress, "laq_decode_array_into", *arguments)


def _restore(parts: np.ndarray[Any, Any], coding: _dtypes.Coding) -> np.ndarray[Any, Any]:
    """The elements as NumPy has them."""
    dtype = coding.dtype
    if coding.is_complex:
        result = np.empty(parts.shape[1:], dtype)
        result.real, result.imag = parts[0], parts[1]
    else:
        result = _dtypes.restore_bfloat16(parts if dtype.isnative else parts.byteswap(inplace=True), coding)
    return np.asfortranarray(result) if coding.is_fortran else result


class ArrayFile:
    """A LAQ file of an array that is open for regions; see open()."""

    def __init__(self, source: Source, threads: int, max_elements: int, max_bytes: int):
        self._data: Optional[Bytes] = Bytes(source)
        self._limits = _library.decode_options(threads, max_elements, max_bytes)
        self.info = inspect(self._data)  #: an ArrayInfo

    @property
    def shape(self) -> tuple[int, ...]:
        return self.info.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.info.dtype

    @property
    def ndim(self) -> int:
        return len(self.info.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.info.shape, dtype=object))

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("an array without sides has no length")
        return self.shape[0]

    def __getitem__(self, region: Any) -> np.ndarray[Any, Any]:
        """The elements of a region, decoded from the chunks that it touches."""
        if self._data is None:
            raise ValueError("the file is closed")
        index = region if isinstance(region, tuple) else (region,)  # None is an index here
        return decode_verified(self._data, self.info, index, None, self._limits)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        whole = self[...]
        return whole if dtype is None else whole.astype(dtype)

    def close(self) -> None:
        """Lets go of the file; regions are refused (ValueError) from then on."""
        self._data = None

    def __enter__(self) -> "ArrayFile":
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<laq.ArrayFile {self.dtype} {self.shape}{'' if self._data is not None else ', closed'}>"


def open(  # pylint: disable=redefined-builtin
    source: Source, *, threads: int = 0, max_elements: int = 2**30, max_bytes: int = 2**36
) -> ArrayFile:
    """A file of an array, for regions: laq.open("field.laq")[10:20, :, 5].

    The file is verified once and then stays mapped; each region decodes the chunks that it touches. It has shape, dtype,
    ndim and info, may be used with `with`, by several threads, and as the source of dask.array.from_array.
    threads, max_elements and max_bytes are those of decode(), for each region.
    """
    return ArrayFile(source, threads, max_elements, max_bytes)
