"""The codec "laq" of numcodecs, for arrays of Zarr 2, xarray and whatever else takes such a codec.

    import zarr
    from laq.numcodecs import Laq

    z = zarr.open("air.zarr", "w", shape=field.shape, chunks=(64, 256, 256), dtype="f4", compressor=Laq(max_error=0.01))
    dataset.to_zarr("air.zarr", encoding={"t": {"compressor": Laq(max_error=0.01)}})  # xarray

Each chunk of Zarr is a LAQ file of its own, with the shape and type of the chunk. Programs that read such arrays need
the package installed and nothing imported: numcodecs finds the codec by its entry point.
"""

from __future__ import annotations

import sys
from typing import Any, Optional

import numpy as np
from numcodecs.abc import Codec
from numcodecs.compat import ensure_ndarray_like, ndarray_copy
from numcodecs.registry import register_codec

from . import _arrays, _errors, _library, _targets
from ._source import Bytes


class Laq(Codec):  # type: ignore[misc]
    """The codec of a chunk. Its arguments are those of laq.encode: at most one of

        max_error: no finite element changes by more, in the units of the elements,
        max_relative_error: the same as a share of the range of each chunk,
        pointwise_relative: no finite element changes by more than this share of itself,
        psnr, snr: at least so many decibels in each chunk,
        bits: at most so many bits for each element of a chunk,
    or no loss without any of them; and
        effort: 1 (fastest) to 9 (smallest),
        chunks: elements that are coded together at most, 256 to 2097152; 0: 2097152,
        threads: for one chunk; 1, because Dask and others code several chunks at once. 0: one per processor.
    """

    codec_id = "laq"

    def __init__(
        self,
        max_error: Optional[float] = None,
        max_relative_error: Optional[float] = None,
        pointwise_relative: Optional[float] = None,
        psnr: Optional[float] = None,
        snr: Optional[float] = None,
        bits: Optional[float] = None,
        effort: int = 5,
        chunks: int = 0,
        threads: int = 1,
    ):
        settings = {
            "max_error": max_error,
            "max_relative_error": max_relative_error,
            "pointwise_relative": pointwise_relative,
            "psnr": psnr,
            "snr": snr,
            "bits": bits,
            "effort": effort,
            "chunks": chunks,
            "threads": threads,
        }
        self._settings = _targets.checked({name: value for name, value in settings.items() if value is not None})

    def encode(self, buf: Any) -> bytes:
        return _arrays.encode(ensure_ndarray_like(buf), **self._settings)

    def decode(self, buf: Any, out: Any = None) -> Any:
        data = Bytes(buf)
        try:
            limits = _library.decode_options(self._settings["threads"], 2**40, 2**40)
            info = _arrays.inspect(data)
            target = _fitting(out, info)
            decoded = _arrays.decode_verified(data, info, None, target, limits)
        except _errors.LaqError as error:
            raise _named(error) from None
        return out if target is not None else ndarray_copy(decoded, out)

    def get_config(self) -> dict[str, Any]:
        return {"id": self.codec_id, **self._settings}

    def __repr__(self) -> str:
        return f"Laq({', '.join(f'{name}={value!r}' for name, value in self._settings.items())})"


def _fitting(out: Any, info: _arrays.ArrayInfo) -> Optional[np.ndarray[Any, Any]]:
    """The array itself if a chunk can be decoded straight into it."""
    is_array = isinstance(out, np.ndarray) and out.dtype == info.dtype and out.shape == info.shape
    return out if is_array else None


def _named(error: _errors.LaqError) -> _errors.LaqError:
    """The same error with the array's path and the chunk's key, if Zarr asks for it.

    Zarr does not tell a codec which chunk it decodes. After a failure the name is found in the frame of zarr.core that
    called: its variable `ckey`.
    """
    frame = sys._getframe()
    while frame is not None:
        key = frame.f_locals.get("ckey") if frame.f_globals.get("__name__") == "zarr.core" else None
        if isinstance(key, str):
            path, _, chunk = key.rpartition("/")
            return type(error)(f"array {'/' + path!r}, chunk {chunk!r}: {error}")
        frame = frame.f_back  # type: ignore[assignment]
    return error


register_codec(Laq)
