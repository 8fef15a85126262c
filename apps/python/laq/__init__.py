"""laq: arrays with a bound on every error, or without loss, pictures, and the weights of neural networks.

    import laq, numpy as np

    file = laq.encode(field, max_error=0.01)             # bytes; no element changes by more than 0.01
    again = laq.decode(file)                             # an array of the same shape and type
    part = laq.decode(file, np.s_[10:20, :, 5])          # of a region only what it touches is decoded
    file = laq.append(file, later)                       # more of it, along the first side
    small = laq.decode_level(file, 3)                    # every 8th element along each side
    laq.decode(file, out=again)                          # into memory that is there

    file = laq.encode_picture(samples, quality=80)       # samples: (height, width, channels), uint8, uint16 or floats
    picture = laq.decode_picture(file)                   # picture.samples, picture.metadata
    laq.metrics.ssimulacra2(samples, picture)

    file = laq.encode_jpeg("photo.jpg")                  # a JPEG file, kept bit by bit; laq.decode_jpeg(file)

    file = laq.encode_tensors(weights, bits=4.5)         # a dictionary of arrays, such as the weights of a model
    laq.decode_tensor(file, "layer.0.weight")            # one of them; laq.decode_tensors(file): all

    laq.info(file)                                       # shape, type, bound and error, or size, quality, metadata
    laq.open("field.laq")[10:20, :, 5]                   # a file that stays mapped, for many regions

Other programs open .laq files by these modules:

    import laq.pillow           # Image.open("x.laq"), image.save("x.laq", quality=80)
    import laq.imageio          # imageio.imread("x.laq")
    from laq.numcodecs import Laq                        # zarr.open(..., compressor=Laq(max_error=0.01)), Zarr 2
    from laq.zarr import LaqCodec                        # zarr.create_array(..., serializer=LaqCodec(max_error=0.01))

All functions may be called from several threads; the interpreter is free for others meanwhile. Failures are LaqError
or one of its subclasses, with the library's message, which names the place and the mend.
"""

from . import metrics
from ._arrays import ArrayFile, ArrayInfo, append, decode, decode_level, encode, open
from ._errors import (
    ArgumentError,
    CancelledError,
    DamagedError,
    LaqError,
    LimitError,
    NotLaqError,
    OutOfMemoryError,
    TruncatedError,
    UnsupportedError,
)
from ._info import PictureInfo, info
from ._jpeg import decode_jpeg, encode_jpeg
from ._library import library as _loaded
from ._pictures import CodePoints, Metadata, Picture, decode_picture, encode_picture
from ._tensors import TensorInfo, TensorsInfo, decode_tensor, decode_tensors, encode_tensors

__version__: str = _loaded.laq_version().decode()

__all__ = [
    "ArgumentError",
    "ArrayFile",
    "ArrayInfo",
    "CancelledError",
    "CodePoints",
    "DamagedError",
    "LaqError",
    "LimitError",
    "Metadata",
    "NotLaqError",
    "OutOfMemoryError",
    "Picture",
    "PictureInfo",
    "TensorInfo",
    "TensorsInfo",
    "TruncatedError",
    "UnsupportedError",
    "append",
    "decode",
    "decode_level",
    "decode_jpeg",
    "decode_picture",
    "decode_tensor",
    "decode_tensors",
    "encode",
    "encode_jpeg",
    "encode_picture",
    "encode_tensors",
    "info",
    "metrics",
    "open",
]
