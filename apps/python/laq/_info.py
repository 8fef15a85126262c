"""What a LAQ file says of itself."""

from __future__ import annotations

from ctypes import POINTER, byref
from dataclasses import dataclass
from typing import Optional, Union

from . import _arrays, _library, _pictures, _tensors
from ._source import Bytes, Source

# In the order of laq_sample_format.
_SAMPLE_FORMATS = ("integer", "float16", "float32")


@dataclass(frozen=True)
class PictureInfo:
    """What the file of a picture says of it."""

    width: int
    height: int
    channels: int  #: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha
    depth: int  #: significant bits of a sample, 1..16; 16 or 32 of floats
    format: int  #: format number of the file
    quality: float  #: what the encoder was asked for, 0..100
    max_error: Optional[float]  #: no sample is further off; 0: it is without loss; None: nothing is promised
    tune: str  #: "perceptual" or "psnr"
    file_bytes: int
    sections: dict[str, int]  #: bytes of each section's contents, by names of four characters
    metadata: _pictures.Metadata
    sample_format: str  #: "integer", "float16" or "float32"


def info(file: Source) -> Union[_arrays.ArrayInfo, PictureInfo, _tensors.TensorsInfo]:
    """What the LAQ file of an array (ArrayInfo), a picture (PictureInfo) or tensors (TensorsInfo) holds, undecoded.

    file: bytes, or any object with the buffer protocol, or a path, whose file is mapped.
    The checksums of arrays and tensors are verified. Raises NotLaqError, UnsupportedError, TruncatedError, DamagedError.
    """
    data = Bytes(file)
    if _library.library.laq_holds_array(*data.arguments):
        return _arrays.inspect(data)
    if _library.library.laq_holds_tensors(*data.arguments):
        return _tensors.inspect(data)
    found = POINTER(_library.Info)()
    _library.call("laq_inspect", *data.arguments, byref(found))
    try:
        content = found.contents
        sections = [content.sections[i] for i in range(content.section_count)]
        return PictureInfo(
            content.width,
            content.height,
            content.channels,
            content.depth,
            content.format,
            content.quality,
            (content.float_max_error if content.sample_format else content.max_error) if content.has_bound else None,
            _pictures.TUNES[content.tune] if content.tune < len(_pictures.TUNES) else str(content.tune),
            len(data),
            {section.name.decode("latin-1"): section.bytes for section in sections},
            _pictures.read_metadata(content.metadata),
            _SAMPLE_FORMATS[content.sample_format],
        )
    finally:
        _library.library.laq_info_free(found)
