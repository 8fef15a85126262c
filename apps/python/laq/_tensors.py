"""Tensors of neural networks: many arrays in one file, each with a name."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref
from dataclasses import dataclass
from typing import Any, Mapping, Optional

import numpy as np
from numpy.typing import ArrayLike

from . import _dtypes, _errors, _library
from ._library import Progress
from ._source import Bytes, Source

_TARGETS = ("lossless", "bits", "snr", "max_error")  # in the order of laq_tensor_target_kind
_NOISE_SHAPES = ("mse", "relative")  # in the order of laq_noise_shape
_BOOL = b"BOOL"  # the type's name in safetensors files


@dataclass(frozen=True)
class TensorInfo:
    """What a file says of a tensor. The measures are 0 without loss."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]  #: that decoding gives
    type_name: str  #: of a type that NumPy does not have, whose bytes are then uint8: "F8_E4M3"; else empty
    target: str  #: what was asked for: "lossless", "bits", "snr" or "max_error"
    target_value: float
    stream_bytes: int  #: of the tensor within the file
    power: float  #: mean of squares of the finite elements
    mean_squared_error: float
    max_error: float
    uniform_bits: float  #: an element, that one uniform step takes for an error that counts as much


@dataclass(frozen=True)
class TensorsInfo:
    """What the file of tensors says of them."""

    tensors: dict[str, TensorInfo]  #: by their names, in the order of the file
    file_bytes: int
    attachments: dict[str, bytes]  #: what travels with the tensors, by names of four characters


def encode_tensors(
    tensors: Mapping[str, ArrayLike],
    *,
    bits: Optional[float] = None,
    snr: Optional[float] = None,
    max_error: Optional[float] = None,
    targets: Optional[Mapping[str, tuple[str, float]]] = None,
    importance: Optional[Mapping[str, ArrayLike]] = None,
    noise: str = "relative",
    effort: int = 5,
    threads: int = 0,
    attachments: Optional[dict[str, bytes]] = None,
    progress: Optional[Progress] = None,
) -> bytes:
    """The LAQ file of tensors, such as the weights of a model: bytes for decode_tensors() and the command.

    tensors: arrays by their names. The slowest side first: outputs, inputs, kernel. Integers, bool, small tensors and
        those with fewer than two sides longer than 1 are kept without loss. Strided arrays are copied.

    At most one of these says what the loss may be; without any there is none.
        bits: the least error with at most so many bits for each element of a tensor, its index not counted.
        snr: the fewest bytes with at least so many decibels of each tensor to its error.
        max_error: no finite element changes by more.

    targets: of single tensors in place of that: {"lm_head": ("bits", 8), "embed": ("lossless", 0)}.
    importance: by names, how much the squared error of each input channel counts.
    noise: "relative", where rows and columns of small weights get less of the error, or "mse", the least mean squared.
    effort: 1 (fastest) to 9 (smallest file).
    threads: 1 to 1024, or 0: one per processor. The bytes do not depend on it.
    attachments: bytes that travel with the tensors, by names of four characters.
    progress: called now and then with the share that is done, 0..1; False as its result cancels (CancelledError).

    Raises TypeError for elements that are no numbers, ArgumentError.
    """
    chosen = {"bits": bits, "snr": snr, "max_error": max_error}
    given = [(name, value) for name, value in chosen.items() if value is not None] or [("lossless", 0.0)]
    if len(given) > 1:
        raise _errors.ArgumentError(f"{' and '.join(name for name, _ in given)} are given, choose one of them")
    if noise not in _NOISE_SHAPES:
        raise _errors.ArgumentError(f"noise is {noise!r}, it must be {' or '.join(map(repr, _NOISE_SHAPES))}")
    for name in (*(targets or ()), *(importance or ())):
        if name not in tensors:
            raise _errors.ArgumentError(f"there is no tensor {name!r}")
    options = _library.TensorEncodeOptions()
    _library.library.laq_tensor_encode_options_init(byref(options), ctypes.sizeof(options))
    options.target_kind, options.target = _target(*given[0])
    options.noise_shape = _NOISE_SHAPES.index(noise)
    options.effort = _library.in_range("effort", effort, 1, 9)
    options.threads = _library.in_range("threads", threads, 0, 1024)
    kept = {name: bytes(data) for name, data in (attachments or {}).items()}
    attached = _library.set_attachments(options, kept)
    views = [_view(name, tensors[name], (targets or {}).get(name), (importance or {}).get(name)) for name in tensors]
    pointers = (POINTER(_library.Tensor) * len(views))(*[ctypes.pointer(view) for view in views])
    file = _library.encode("laq_encode_tensors", (pointers, len(views)), options, progress)
    del attached
    return file


def _target(kind: str, value: float) -> tuple[int, float]:
    if kind not in _TARGETS:
        raise _errors.ArgumentError(f"a target is {kind!r}, it must be one of {', '.join(_TARGETS)}")
    return _TARGETS.index(kind), float(value)


def _view(
    name: str, tensor: ArrayLike, target: Optional[tuple[str, float]], importance: Optional[ArrayLike]
) -> _library.Tensor:
    """What the library sees of a tensor. It keeps alive what it points to."""
    array = np.asarray(tensor)
    coding = _dtypes.coding_of(array)
    if coding.is_complex or array.dtype.kind in "mM":
        raise TypeError(f"tensor {name!r}: elements of {array.dtype} are not supported (only real numbers are)")
    array = np.ascontiguousarray(array, array.dtype.newbyteorder("=")).reshape(array.shape)
    view = _library.Tensor()
    view.struct_size = ctypes.sizeof(view)
    view.name = name.encode()
    view.type, view.dimensions = coding.type, array.ndim
    view.shape[: array.ndim] = array.shape
    view.data = array.ctypes.data
    view.type_name = _BOOL if array.dtype.kind == "b" else None
    if target is not None:
        view.has_target = 1
        view.target_kind, view.target = _target(*target)
    if importance is not None:
        weights = np.ascontiguousarray(importance, np.float32).ravel()
        view.importance = weights.ctypes.data_as(POINTER(ctypes.c_float))
        view.importance_count = weights.size
        view._weights = weights
    view._array = array
    return view


def decode_tensors(
    file: Source, *, threads: int = 0, max_elements: int = 2**30, max_bytes: int = 2**36
) -> dict[str, np.ndarray[Any, Any]]:
    """All tensors of a LAQ file by their names, in its order. They are not copied on the way from the library.

    file: bytes, or any object with the buffer protocol, or a path, whose file is mapped and not read as a whole.
    threads: 1 to 1024, or 0: one per processor.
    max_elements, max_bytes: tensors of more elements, and decoding that takes more bytes of memory beside the file, are
        refused (LimitError) before memory is taken.
    Types that NumPy does not have, such as float8, come as uint8; info() names them. bfloat16 is that of ml_dtypes, or
    float32 without it.
    """
    return _decode("laq_decode_tensors", Bytes(file), (), _library.decode_options(threads, max_elements, max_bytes))


def decode_tensor(
    file: Source, name: str, *, threads: int = 0, max_elements: int = 2**30, max_bytes: int = 2**36
) -> np.ndarray[Any, Any]:
    """The tensor with a name. Of the others nothing is read but the index. Arguments as of decode_tensors()."""
    limits = _library.decode_options(threads, max_elements, max_bytes)
    (tensor,) = _decode("laq_decode_tensor", Bytes(file), (name.encode(),), limits).values()
    return tensor


def _decode(
    function: str, data: Bytes, name: tuple[bytes, ...], limits: _library.DecodeOptions
) -> dict[str, np.ndarray[Any, Any]]:
    found = POINTER(_library.Tensors)()
    _library.call(function, *data.arguments, *name, byref(limits), byref(found))
    owner = _library.Owner(found, _library.library.laq_tensors_free)
    content = found.contents
    return dict(_array_of(content.tensors[i].contents, owner) for i in range(content.tensor_count))


def _array_of(tensor: _library.Tensor, owner: _library.Owner) -> tuple[str, np.ndarray[Any, Any]]:
    shape = tuple(tensor.shape[: tensor.dimensions])
    size = _dtypes.coding_from(tensor.type, {}).part.itemsize * int(np.prod(shape, dtype=object))
    array = _dtypes.from_memory(tensor.type, owner.memory(tensor.data, size), shape)
    return tensor.name.decode("utf-8", "replace"), array.view(_dtype_of(tensor))


def _dtype_of(tensor: Any) -> np.dtype[Any]:
    """That decoding gives, of a Tensor or a TensorInfo."""
    return np.dtype(np.bool_) if tensor.type_name == _BOOL else _dtypes.coding_from(tensor.type, {}).dtype


def inspect(data: Bytes) -> TensorsInfo:
    """Verifies the checksums."""
    found = POINTER(_library.TensorsInfo)()
    _library.call("laq_inspect_tensors", *data.arguments, byref(found))
    try:
        content = found.contents
        listed = [content.tensors[i].contents for i in range(content.tensor_count)]
        tensors = {
            item.name.decode("utf-8", "replace"): TensorInfo(
                tuple(item.shape[: item.dimensions]),
                _dtype_of(item),
                "" if item.type_name == _BOOL else item.type_name.decode("utf-8", "replace"),
                _TARGETS[item.target_kind] if item.target_kind < len(_TARGETS) else str(item.target_kind),
                item.target,
                item.bytes,
                item.power,
                item.mean_squared_error,
                item.max_error,
                item.uniform_bits,
            )
            for item in listed
        }
        return TensorsInfo(tensors, len(data), _library.copy_attachments(content))
    finally:
        _library.library.laq_tensors_info_free(found)
