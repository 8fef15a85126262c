"""Pictures: encode, decode, and what both need of NumPy arrays."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_void_p, pointer
from dataclasses import dataclass, field
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import ArrayLike

from . import _errors, _library
from ._library import Progress
from ._source import Bytes, Source

TUNES = ("perceptual", "psnr")  # in the order of laq_tune
TARGETS = ("bytes", "ssimulacra2", "psnr", "butteraugli", "max_error")  # in the order of laq_target_kind, from 1 on


@dataclass(frozen=True)
class CodePoints:
    """What the colours of samples mean, in the code points of ITU-T H.273, as in the chunk cICP of PNG."""

    primaries: int  #: 1: BT.709 and sRGB, 9: BT.2020, 12: Display P3, ...
    transfer: int  #: 13: sRGB, 8: linear, 16: PQ, 18: HLG, ...
    matrix: int = 0  #: 0: RGB, which is what samples are
    is_full_range: bool = True


@dataclass(frozen=True)
class Metadata:
    """What travels with a picture and does not change its samples."""

    icc: bytes = b""  #: ICC profile; empty: sRGB, or gray with the sRGB curve
    exif: bytes = b""  #: TIFF structure, without the "Exif\\0\\0" of JPEG
    xmp: bytes = b""  #: UTF-8 XML
    orientation: int = 1  #: 1..8 as in Exif; the samples are stored as they are, a viewer turns them
    pixels_per_metre: tuple[int, int] = (0, 0)  #: along x and y; 0: unknown
    is_only_aspect: bool = False  #: pixels_per_metre are a ratio, which tells the shape of a pixel and no size
    code_points: Optional[CodePoints] = None  #: if they are there, they say what the colours are, not the profile
    attachments: dict[str, bytes] = field(default_factory=dict)  #: by names of four characters


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture. numpy.asarray(picture) gives its samples."""

    samples: np.ndarray[Any, Any]  #: (height, width) if gray, else (height, width, channels); uint8, uint16, float16 or float32
    depth: int  #: significant bits of a sample, 1..16, in the low bits; 16 or 32 of floats
    metadata: Metadata

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return self.samples if dtype is None else self.samples.astype(dtype)


def encode_picture(
    picture: Union[ArrayLike, Picture],
    *,
    quality: float = 80,
    lossless: bool = False,
    max_error: Optional[float] = None,
    bytes: Optional[int] = None,  # pylint: disable=redefined-builtin
    ssimulacra2: Optional[float] = None,
    psnr: Optional[float] = None,
    butteraugli: Optional[float] = None,
    effort: int = 5,
    tune: str = "perceptual",
    depth: Optional[int] = None,
    metadata: Optional[Metadata] = None,
    progressive: bool = False,
    mask: Optional[ArrayLike] = None,
    threads: int = 0,
    progress: Optional[Progress] = None,
) -> bytes:
    """The LAQ file of a picture: bytes for decode_picture(), the command, or a file called NAME.laq.

    picture: samples of uint8, uint16, float16 or float32 (linear light, 1 is white), (height, width) or (height, width, channels) with 1 channel (gray), 2 (gray and
        alpha), 3 (RGB) or 4 (RGB and alpha, not premultiplied); or a Picture. Rows may be at any distance; other
        strides are copied.
    quality: 0 to 100, the SSIMULACRA 2 score to expect of a photograph. 50 is medium, 70 high, from 90 on no loss is
        visible, 100 is without loss.

    One of these may take the place of quality:
        lossless: every sample comes back as it was.
        max_error: no sample comes back further off; of integers 0 to 65535 of their steps.

    or of these, which cost several encodes:
        bytes: the best quality with a file of at most so many bytes.
        ssimulacra2: a score of 0 to 100 of this very picture.
        psnr: decibels of red, green and blue.
        butteraugli: 3-norm, above 0, less is better; needs a library built with libjxl.

    effort: 1 (fastest) to 9 (smallest file).
    tune: "perceptual", for the best look, or "psnr", for the least mean squared error.
    depth: significant bits of a sample, 1 to 16, in the low bits; None: all of its type.
    metadata: a Metadata; None: that of a Picture, or nothing.
    progressive: a preview of an eighth of the width and height comes first in the file, for 1 to 3 % of the bytes.
    mask: quality by place, uint8 of (height, width), or of ceil(height / 16), ceil(width / 16): a level scales the
        quantization steps of luma by 2 ** (3 * (128 - level) / 128). None, or 128: nothing changes. Not without loss.
    threads: 1 to 1024, or 0: one per processor. The bytes do not depend on it.
    progress: called now and then with the share that is done, 0..1; False as its result cancels (CancelledError).

    Raises TypeError for other samples, ArgumentError, LimitError (a target that cannot be reached).
    """
    targets = {"bytes": bytes, "ssimulacra2": ssimulacra2, "psnr": psnr, "butteraugli": butteraugli}
    targets |= {"max_error": max_error, "lossless": 0 if lossless else None}
    chosen = {name: value for name, value in targets.items() if value is not None}
    if len(chosen) > 1:
        raise _errors.ArgumentError(f"{' and '.join(chosen)} are given, choose one of them")
    if tune not in TUNES:
        raise _errors.ArgumentError(f"tune is {tune!r}, it must be {' or '.join(map(repr, TUNES))}")
    options = _library.EncodeOptions()
    _library.library.laq_encode_options_init(byref(options), ctypes.sizeof(options))
    options.quality = float(quality)
    options.effort = _library.in_range("effort", effort, 1, 9)
    options.threads = _library.in_range("threads", threads, 0, 1024)
    options.tune = TUNES.index(tune)
    options.progressive = progressive
    for name, value in chosen.items():
        kind = "max_error" if name == "lossless" else name
        options.target_kind, options.target = TARGETS.index(kind) + 1, float(value)
    if mask is not None:
        levels = np.asarray(mask)
        if levels.dtype != np.uint8 or levels.ndim != 2:
            raise TypeError(f"the mask is {levels.dtype} of {levels.ndim} dimensions, it must be uint8 of two")
        levels = np.ascontiguousarray(levels)
        height, width = levels.shape
        options.mask = pointer(_library.QualityMask(width, height, levels.ctypes.data, width))
    content = view(picture, depth, metadata)
    return _library.encode("laq_encode", (byref(content),), options, progress)


def view(
    picture: Union[ArrayLike, Picture], depth: Optional[int] = None, metadata: Optional[Metadata] = None
) -> _library.Picture:
    """What the library sees of a picture. It keeps alive what it points to."""
    if isinstance(picture, Picture):
        depth = picture.depth if depth is None else depth
        metadata = picture.metadata if metadata is None else metadata
    samples = np.asarray(picture)
    is_float = samples.dtype.kind == "f" and samples.dtype.itemsize in (2, 4)
    if not is_float and (samples.dtype.kind != "u" or samples.dtype.itemsize > 2):
        raise TypeError(f"samples are {samples.dtype}, they must be uint8, uint16, float16 or float32")
    if samples.ndim not in (2, 3) or samples.ndim == 3 and not 1 <= samples.shape[2] <= 4:
        raise _errors.ArgumentError(
            f"the samples have shape {samples.shape}, it must be (height, width) or (height, width, 1..4 channels)"
        )
    bits = 8 * samples.dtype.itemsize
    depth = bits if depth is None or is_float else _library.in_range("depth", depth, 1, bits)
    if (depth > 8) != (bits > 8):  # the library takes bytes up to 8 bits
        samples = samples.astype(np.uint8)
    samples = samples.reshape(samples.shape + (1,)) if samples.ndim == 2 else samples
    samples = _with_packed_pixels(samples)
    content = _library.Picture()
    content.struct_size = ctypes.sizeof(content)
    content.height, content.width = (_library.in_range("a side", side, 1, 2**20) for side in samples.shape[:2])
    content.channels = samples.shape[2]
    content.depth = depth
    content.sample_format = bits // 16 if is_float else 0
    content.samples = samples.ctypes.data
    content.row_bytes = samples.strides[0]
    content._samples = samples
    _set_metadata(content.metadata, metadata or Metadata(), content)
    return content


def _with_packed_pixels(samples: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same, or a copy in native byte order, whose rows are packed and follow each other downwards."""
    row = samples.shape[1] * samples.shape[2] * samples.itemsize
    is_packed = samples[:1].flags.c_contiguous and samples.strides[0] >= row and samples.dtype.isnative
    if is_packed or samples.size == 0:
        return samples
    return np.ascontiguousarray(samples, samples.dtype.newbyteorder("="))


def _set_metadata(content: _library.Metadata, metadata: Metadata, owner: Any) -> None:
    for name in ("icc", "exif", "xmp"):
        data = getattr(metadata, name)
        setattr(content, name, ctypes.cast(c_char_p(data), c_void_p) if data else None)
        setattr(content, name + "_bytes", len(data))
    content.orientation = _library.in_range("orientation", metadata.orientation, 1, 8)
    content.pixels_per_metre_x, content.pixels_per_metre_y = (
        _library.in_range("pixels_per_metre", number, 0, 2**32 - 1) for number in metadata.pixels_per_metre
    )
    content.is_only_aspect = metadata.is_only_aspect
    points = metadata.code_points
    if points is not None:
        content.code_points = _library.CodePoints(
            1, points.primaries, points.transfer, points.matrix, points.is_full_range
        )
    owner._views = _library.set_attachments(content, metadata.attachments)
    owner._metadata = metadata


def read_metadata(content: _library.Metadata) -> Metadata:
    points = content.code_points
    return Metadata(
        _library.copy_bytes(content.icc, content.icc_bytes),
        _library.copy_bytes(content.exif, content.exif_bytes),
        _library.copy_bytes(content.xmp, content.xmp_bytes),
        content.orientation,
        (content.pixels_per_metre_x, content.pixels_per_metre_y),
        bool(content.is_only_aspect),
        CodePoints(points.primaries, points.transfer, points.matrix, bool(points.is_full_range))
        if points.are_set
        else None,
        _library.copy_attachments(content),
    )


def _part(region: Any, reduction: int, allow_partial: bool, data: Bytes) -> _library.PartOptions:
    part = _library.PartOptions()
    _library.library.laq_part_options_init(byref(part), ctypes.sizeof(part))
    if reduction not in (1, 2, 4, 8):
        raise _errors.ArgumentError(f"reduction is {reduction!r}, it must be 1, 2, 4 or 8")
    part.reduction, part.allow_partial = reduction, allow_partial
    if region is None:
        return part
    whole = _library.PartInfo()
    everything = _library.PartOptions()
    _library.library.laq_part_options_init(byref(everything), ctypes.sizeof(everything))
    everything.allow_partial = allow_partial
    _library.call("laq_part_sizes", *data.arguments, byref(everything), byref(whole))
    sides = region if isinstance(region, tuple) else (region, slice(None))
    if len(sides) != 2 or not all(isinstance(side, slice) and side.step in (None, 1) for side in sides):
        raise TypeError("a region has two slices, of rows and columns, without steps")
    rows, columns = (range(*side.indices(n)) for side, n in zip(sides, (whole.height, whole.width)))
    if not rows or not columns:
        raise IndexError(f"the region has no pixels of the {whole.width} x {whole.height}")
    part.y, part.height, part.x, part.width = rows.start, len(rows), columns.start, len(columns)
    return part


def decode_picture(
    file: Source,
    region: Any = None,
    *,
    reduction: int = 1,
    allow_partial: bool = False,
    threads: int = 0,
    max_pixels: int = 2**30,
    max_bytes: int = 2**36,
    progress: Optional[Progress] = None,
) -> Picture:
    """The picture of a LAQ file, with its metadata: samples of uint8, of uint16 if they have more than 8
    bits, or of float16 and float32 as they were encoded.

    file: bytes, or any object with the buffer protocol, or a path, whose file is mapped and not read as a whole.
    region: rows and columns of the whole picture, np.s_[100:200, 50:150]; only the tiles that it needs are decoded, and
        the checksum over the others is not verified. None: all of it.
    reduction: 1, 2, 4 or 8: so many pixels across and down become one, their mean. A preview in the file serves for 8.
    allow_partial: takes a file that is cut off; what lacks is filled from its preview, or gray.
    threads: 1 to 1024, or 0: one per processor.
    max_pixels, max_bytes: larger pictures, and decoding that takes more bytes of memory beside the file, are refused
        (LimitError) before memory is taken. The defaults are 2**30 and 2**36.

    The samples are not turned by the orientation. They are not copied on the way from the library.
    progress: called now and then with the share that is done, 0..1; False as its result cancels (CancelledError).
    Raises NotLaqError, UnsupportedError (an array, another format), TruncatedError, DamagedError, LimitError, IndexError
    for a region outside of the picture.
    """
    data = Bytes(file)
    found = POINTER(_library.Picture)()
    limits = _library.decode_options(threads, max_pixels, max_bytes)
    results = byref(limits), byref(found)
    if region is not None or reduction != 1 or allow_partial:
        part = _part(region, reduction, allow_partial, data)
        _library.call_with_progress(limits, progress, "laq_decode_part", *data.arguments, byref(part), *results)
    else:
        _library.call_with_progress(limits, progress, "laq_decode", *data.arguments, *results)
    owner = _library.Owner(found, _library.library.laq_picture_free)
    content = found.contents
    dtype = np.dtype({1: np.float16, 2: np.float32}.get(content.sample_format, np.uint16 if content.depth > 8 else np.uint8))
    shape = (content.height, content.width, content.channels)
    memory = owner.memory(content.samples, content.height * content.row_bytes)
    samples = np.frombuffer(memory, dtype).reshape(shape)
    return Picture(samples[:, :, 0] if content.channels == 1 else samples, content.depth, read_metadata(content.metadata))
