"""What the file of an array is to reach: the arguments that encode() and the codecs of other programs share."""

from __future__ import annotations

from typing import Any, Optional

from . import _errors

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


def checked(settings: dict[str, Any], what: str) -> dict[str, Any]:
    """Settings of a codec as a file names them. Raises ArgumentError if one is unknown or no value can be so."""
    known = {*NAMES, "effort", "chunks", "threads"}
    for name in settings:
        if name not in known:
            raise _errors.ArgumentError(f"{what} has {name!r}, known are {', '.join(sorted(known))}")
    choose({name: settings.get(name) for name in NAMES[1:]}, settings.get("lossless", False))
    return settings
