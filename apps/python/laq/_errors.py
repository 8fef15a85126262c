"""Exceptions of laq, one for each status of the library."""

from __future__ import annotations


class LaqError(Exception):
    """What the library says of a failure: one line with the place, the cause and the mend. Base of all below."""


class ArgumentError(LaqError, ValueError):
    """An option, an array or a picture that no call can accept."""


class LimitError(LaqError):
    """Larger than the limits of the call (max_elements, max_pixels, max_bytes), or a target that cannot be reached."""


class NotLaqError(LaqError, ValueError):
    """The bytes do not begin as a LAQ file does."""


class UnsupportedError(LaqError):
    """Another format number, another kind of content, or a feature that this build of the library does not have."""


class DamagedError(LaqError, ValueError):
    """A checksum or a value in the file is wrong."""


class TruncatedError(DamagedError):
    """The file ends too early."""


class OutOfMemoryError(LaqError, MemoryError):
    """The system has no memory left for the call."""


class CancelledError(LaqError):
    """The progress function asked to stop."""


# In the order of laq_status, from LAQ_INVALID_ARGUMENT = 1 on.
BY_STATUS: tuple[type[LaqError], ...] = (
    ArgumentError,
    LimitError,
    NotLaqError,
    UnsupportedError,
    TruncatedError,
    DamagedError,
    OutOfMemoryError,
    CancelledError,
)
