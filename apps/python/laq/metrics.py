"""How far a picture is from its original.

Each function takes a reference and a distorted picture of the same width and height: samples of uint8, uint16,
float16 or float32, (height, width) or (height, width, channels) with 1 to 4 channels, or what laq.decode_picture gives.
Channels and depth may differ. A Picture is measured with its ICC profile, an array as sRGB.
"""

from __future__ import annotations

from ctypes import byref, c_double
from typing import Union

from numpy.typing import ArrayLike

from . import _errors, _library, _pictures

_Picture = Union[ArrayLike, _pictures.Picture]

# In the order of laq_metric.
_KINDS = ("rgb", "y", "cb", "cr", "yuv", "ssim", "ms_ssim", "ssimulacra2", "max", "norm3")


def _measure(reference: _Picture, distorted: _Picture, kind: str) -> float:
    score = c_double()
    first, second = _pictures.view(reference), _pictures.view(distorted)
    _library.call("laq_measure", byref(first), byref(second), _KINDS.index(kind), byref(score))
    return score.value


def psnr(reference: _Picture, distorted: _Picture, plane: str = "rgb") -> float:
    """Peak signal-to-noise ratio in decibels, infinite for equal pictures.

    plane: "rgb" (all samples together), "y", "cb", "cr" (of BT.709) or "yuv" ((6 Y + Cb + Cr) / 8).
    """
    if plane not in _KINDS[:5]:
        raise _errors.ArgumentError(f"plane is {plane!r}, it must be one of {', '.join(_KINDS[:5])}")
    return _measure(reference, distorted, plane)


def ssim(reference: _Picture, distorted: _Picture) -> float:
    """Structural similarity, up to 1."""
    return _measure(reference, distorted, "ssim")


def ms_ssim(reference: _Picture, distorted: _Picture) -> float:
    """Structural similarity over several scales, up to 1."""
    return _measure(reference, distorted, "ms_ssim")


def ssimulacra2(reference: _Picture, distorted: _Picture) -> float:
    """SSIMULACRA 2: 100 for equal pictures, 90 if no loss is visible, 70 high, 50 medium quality."""
    return _measure(reference, distorted, "ssimulacra2")


def butteraugli(reference: _Picture, distorted: _Picture, norm: str = "norm3") -> float:
    """Butteraugli, from 0, less is better. norm: "norm3" over the picture, or "max" of its worst place.

    Raises UnsupportedError if the library was built without libjxl.
    """
    if norm not in ("norm3", "max"):
        raise _errors.ArgumentError(f"norm is {norm!r}, it must be 'norm3' or 'max'")
    return _measure(reference, distorted, norm)
