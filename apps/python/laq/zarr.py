"""The codec "laq" of Zarr 3: an array-to-bytes codec, as the specification of Zarr version 3 defines it.

    import zarr
    from laq.zarr import LaqCodec

    z = zarr.create_array("air.zarr", shape=field.shape, chunks=(64, 256, 256), dtype="f4",
                          serializer=LaqCodec(max_error=0.01), compressors=None)

In zarr.json the codec is {"name": "laq", "configuration": {"max_error": 0.01, "effort": 5}}: the arguments of
laq.encode that are settings of a codec, those that are not given left out. Each chunk (or inner chunk of
"sharding_indexed") is a LAQ file of its own. With `chunks` the file has inner chunks itself, and a part of a chunk is
decoded from those that it touches.

metadata_of and settings_from need no Zarr; LaqCodec needs zarr 3.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from . import _arrays, _dtypes, _errors, _library, _targets
from ._source import Bytes

NAME = "laq"


def metadata_of(settings: dict[str, Any]) -> dict[str, Any]:
    """The codec's object in the list `codecs` of a zarr.json."""
    return {"name": NAME, "configuration": dict(_targets.checked(settings))}


def settings_from(metadata: dict[str, Any]) -> dict[str, Any]:
    """The settings that such an object has. Unknown names are refused (ArgumentError), as the specification asks."""
    if metadata.get("name") != NAME:
        raise _errors.ArgumentError(f"the codec's name is {metadata.get('name')!r}, it must be {NAME!r}")
    unknown = set(metadata) - {"name", "configuration", "must_understand"}
    if unknown:
        raise _errors.ArgumentError(f"the codec's object has {min(unknown)!r}, it has a name and a configuration")
    return _targets.checked(dict(metadata.get("configuration", {})))


def encode_chunk(chunk: Any, settings: dict[str, Any]) -> bytes:
    chosen: dict[str, Any] = {"threads": 1, **settings}
    return _arrays.encode(chunk, **chosen)


def decode_chunk(file: Any, shape: tuple[int, ...], dtype: Any, settings: dict[str, Any], region: Any = None) -> Any:
    """The chunk of a file, or a region of it. The file must hold what the array's metadata say."""
    data = Bytes(file)
    info = _arrays.inspect(data)
    if info.shape != tuple(shape) or info.dtype != dtype:
        raise _errors.DamagedError(
            f"the chunk holds {info.dtype} of shape {info.shape}, the array's metadata say {dtype} of shape {shape}"
        )
    limits = _library.decode_options(settings.get("threads", 1), 2**40, 2**40)
    is_box = isinstance(region, tuple) and not any(hasattr(item, "__len__") for item in region)
    if region is None or is_box:
        return _arrays.decode_verified(data, info, region, None, limits)
    return _arrays.decode_verified(data, info, None, None, limits)[region]  # places one by one


def check_dtype(dtype: Any) -> None:
    """Raises TypeError for elements that are no numbers, before an array is made."""
    import numpy as np

    _dtypes.coding_of(np.empty(0, dtype))


def _make_codec() -> Any:
    """The class, which zarr 3 is needed for."""
    from dataclasses import dataclass, field

    from zarr.abc.codec import ArrayBytesCodec, ArrayBytesCodecPartialDecodeMixin

    @dataclass(frozen=True, init=False)
    class LaqCodec(ArrayBytesCodec, ArrayBytesCodecPartialDecodeMixin):  # type: ignore[misc]
        __doc__ = __doc__
        is_fixed_size = False
        settings: dict[str, Any] = field(default_factory=dict)

        def __init__(self, **settings: Any):
            object.__setattr__(self, "settings", _targets.checked(settings))

        @classmethod
        def from_dict(cls, data: dict[str, Any]) -> Any:
            return cls(**settings_from(data))

        def to_dict(self) -> dict[str, Any]:
            return metadata_of(self.settings)

        def validate(self, *, shape: Any, dtype: Any, chunk_grid: Any) -> None:
            check_dtype(_native(dtype))

        def compute_encoded_size(self, input_byte_length: int, chunk_spec: Any) -> int:
            raise NotImplementedError("the bytes of a chunk are not known before it is encoded")

        async def _encode_single(self, chunk_array: Any, chunk_spec: Any) -> Any:
            file = await asyncio.to_thread(encode_chunk, chunk_array.as_numpy_array(), self.settings)
            return chunk_spec.prototype.buffer.from_bytes(file)

        async def _decode_region(self, chunk_bytes: Any, chunk_spec: Any, region: Any = None) -> Any:
            elements = await asyncio.to_thread(
                decode_chunk,
                chunk_bytes.to_bytes(),
                chunk_spec.shape,
                _native(chunk_spec.dtype),
                self.settings,
                region,
            )
            return chunk_spec.prototype.nd_buffer.from_numpy_array(elements)

        async def _decode_single(self, chunk_bytes: Any, chunk_spec: Any) -> Any:
            return await self._decode_region(chunk_bytes, chunk_spec)

        async def _decode_partial_single(self, byte_getter: Any, selection: Any, chunk_spec: Any) -> Any:
            chunk_bytes = await byte_getter.get(prototype=chunk_spec.prototype)
            if chunk_bytes is None:
                return None
            try:
                return await self._decode_region(chunk_bytes, chunk_spec, selection)
            except _errors.LaqError as error:
                raise type(error)(f"{_name_of(byte_getter)}: {error}") from None

    return LaqCodec


def _name_of(byte_getter: Any) -> str:
    """The chunk that zarr reads: its path with that of the array, or its place within a shard."""
    if hasattr(byte_getter, "chunk_coords"):
        return f"chunk {byte_getter.chunk_coords} of a shard"
    return f"chunk {byte_getter}"


def _native(dtype: Any) -> Any:
    """The NumPy type; zarr from 3.1 on has types of its own."""
    return dtype.to_native_dtype() if hasattr(dtype, "to_native_dtype") else dtype


if TYPE_CHECKING:
    LaqCodec: Any


def __getattr__(name: str) -> Any:
    if name != "LaqCodec":
        raise AttributeError(name)
    try:
        codec = _make_codec()
    except ImportError as error:
        raise ImportError("laq.zarr.LaqCodec needs zarr 3; for Zarr 2 see laq.numcodecs.Laq") from error
    globals()["LaqCodec"] = codec
    return codec
