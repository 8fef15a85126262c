"""What the file of an array is to reach: the arguments that encode() and the codecs of other programs share."""

from __future__ import annotations

from typing import Any, Optional

from . import _errors, _library

# In the order of laq_array_target_kind.
NAMES = ("lossless", "max_error", "max_relative_error", "psnr", "snr", "bits", "pointwise_relative")


def choose(targets: dict[str, Optional[float]], lossless: bool) -> tuple[int, float]:
    """The kind and number of the one target that is given; without loss if there is none. targets: by names."""
    given = {name: value for name, value in targets.items() if value is not None}
    if lossless:
        given["lossless"] = 0.0
    if len(given) > 1:
        raise _errors.ArgumentError(f"{' and '.join(given)} are given, choose one of them")
    for name, value in given.items():
        if isinstance(value, bool) or not hasattr(value, "__float__"):
            raise TypeError(f"{name} is {value!r}, it must be a number")
        return NAMES.index(name), float(value)
    return 0, 0.0


def checked(settings: dict[str, Any]) -> dict[str, Any]:
    """Arguments of encode() that are settings of a codec. Raises ArgumentError if one is unknown or cannot be so."""
    known = {*NAMES, "effort", "chunks", "threads"}
    for name in settings:
        if name not in known:
            raise _errors.ArgumentError(f"there is no setting {name!r}, known are {', '.join(sorted(known))}")
    _library.in_range("effort", settings.get("effort", 5), 1, 9)
    _library.in_range("chunks", settings.get("chunks", 0), 0, 2**21)
    _library.in_range("threads", settings.get("threads", 1), 0, 1024)
    choose({name: settings.get(name) for name in NAMES[1:]}, settings.get("lossless", False))
    return settings
