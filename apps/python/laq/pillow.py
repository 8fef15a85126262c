"""Pillow reads and writes .laq files after `import laq.pillow`.

    from PIL import Image
    import laq.pillow

    image = Image.open("photo.laq")                      # modes 1, L, LA, RGB, RGBA, I;16
    image.save("again.laq", quality=80)                  # also modes P and I, as PNG has them

Arguments of save: quality (0 to 100; 80), effort (1 to 9; 5), tune ("perceptual" or "psnr"), progressive, mask, one of lossless,
max_error, bytes, ssimulacra2, psnr and butteraugli in place of quality (see laq.encode_picture), icc_profile, exif, xmp
and dpi. What is not given of the last four comes from image.info; an empty value leaves it out.

Image.draft and Image.thumbnail decode at a half, a quarter or an eighth of the size. With progressive=True a preview of an
eighth comes first in the file.

Gray of more than 8 bits is read as I;16, scaled to 16 bits. Pillow has no mode for colours of more than 8 bits: they are
read with 8, as Pillow reads such PNG files; laq.decode_picture gives all bits. Pictures of floating-point samples are
refused: laq.decode_picture reads them. An orientation is that of Exif, which ImageOps.exif_transpose follows.
"""

from __future__ import annotations

import io
from typing import IO, Any, Optional

import numpy as np
from PIL import Image, ImageFile

from . import _errors, _info, _jpeg, _pictures
from ._source import Bytes

FORMAT = "LAQ"
_MAGIC = b"LAQ"
_ORIENTATION = 0x0112  # tag of Exif
_EXIF_BEGIN = b"Exif\0\0"
_METRES_OF_INCH = 0.0254


class LaqImageFile(ImageFile.ImageFile):  # type: ignore[misc]
    format = FORMAT
    format_description = "Locally adaptive quantization"
    fp: Any
    tile: list[Any]

    def _open(self) -> None:
        self._file: Optional[bytes] = self.fp.read()
        self._jpeg: Optional[Image.Image] = None  # that the file keeps
        self.tile = []
        try:
            if _jpeg.holds_jpeg(Bytes(self._file)):
                self._open_jpeg(_jpeg.decode_jpeg(self._file))
                return
            info = _info.info(self._file)
        except _errors.LaqError as error:
            raise OSError(str(error)) from error
        if not isinstance(info, _info.PictureInfo):
            raise OSError("the file holds arrays, not a picture (laq.decode or laq.decode_tensors reads it)")
        if info.sample_format != "integer":
            raise OSError(f"the samples of the picture are {info.sample_format} (laq.decode_picture gives them)")
        self._set_mode(_mode_of(info.channels, info.depth))
        self._size = (info.width, info.height)
        self.info.update(_info_of(info.metadata))
        self._reduction = 1
        self._has_parts = info.max_error is None  # pictures without loss or with a bound are decoded whole

    def _open_jpeg(self, jpeg: bytes) -> None:
        """Pillow decodes a JPEG file that is kept, as it would the file itself."""
        self._jpeg = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
        self._set_mode(self._jpeg.mode)
        self._size = self._jpeg.size
        self.info.update(self._jpeg.info)

    def _set_mode(self, mode: str) -> None:
        """Pillow 10 renamed the attribute and made `mode` read-only."""
        setattr(self, "_mode" if isinstance(getattr(Image.Image, "mode", None), property) else "mode", mode)

    def draft(self, mode: Any, size: Any) -> Any:
        """Chooses a reduced size, an eighth at the least, that is no smaller than `size`, as that of JPEG does."""
        if self._jpeg is not None:
            chosen = self._jpeg.draft(mode, size)
            self._set_mode(self._jpeg.mode)
            self._size = self._jpeg.size
            return chosen
        if self._file is None or size is None or not self._has_parts:
            return None
        width, height = self.size
        for reduction in (8, 4, 2):
            if width >= size[0] * reduction and height >= size[1] * reduction:
                self._reduction = reduction
                self._size = (-(-width // reduction), -(-height // reduction))
                return self.mode, (0, 0, width / reduction, height / reduction)
        return None

    def load(self) -> Any:
        if self._jpeg is not None:
            self._jpeg.load()
            self.im = self._jpeg.im
            self._jpeg = self._file = None
        elif self._file is not None:
            try:
                picture = _pictures.decode_picture(self._file, reduction=self._reduction)
            except _errors.LaqError as error:
                raise OSError(str(error)) from error
            self._file = None
            if self.fp and self._exclusive_fp:
                self.fp.close()
            samples = _scaled(picture)
            self.fp = io.BytesIO(samples.tobytes())
            raw = "1;8" if self.mode == "1" else self.mode
            self.tile = [("raw", (0, 0) + self.size, 0, raw)]
        return super().load()


def _mode_of(channels: int, depth: int) -> str:
    if channels == 1 and depth != 8:
        return "1" if depth == 1 else "I;16" if depth > 8 else "L"
    return ("L", "LA", "RGB", "RGBA")[channels - 1]


def _scaled(picture: _pictures.Picture) -> np.ndarray[Any, Any]:
    """The samples with the bits of the image's mode."""
    gray = picture.samples.ndim == 2
    bits = 1 if gray and picture.depth == 1 else 16 if gray and picture.depth > 8 else 8
    if bits == picture.depth:
        return picture.samples
    most, wanted = (1 << picture.depth) - 1, (1 << bits) - 1
    scaled = (picture.samples.astype(np.uint32) * wanted + most // 2) // most
    return scaled.astype(np.uint16 if bits > 8 else np.uint8)


def _info_of(metadata: _pictures.Metadata) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if metadata.icc:
        found["icc_profile"] = metadata.icc
    if metadata.xmp:
        found["xmp"] = metadata.xmp
    if all(metadata.pixels_per_metre) and not metadata.is_only_aspect:
        found["dpi"] = tuple(number * _METRES_OF_INCH for number in metadata.pixels_per_metre)
    exif = _EXIF_BEGIN + metadata.exif if metadata.exif else b""
    if _orientation_of(exif) != metadata.orientation:
        turned = Image.Exif()
        turned.load(exif)
        turned[_ORIENTATION] = metadata.orientation
        exif = turned.tobytes()
    if exif:
        found["exif"] = exif
    return found


def _orientation_of(exif: bytes) -> int:
    """1 if it says nothing, or cannot be read."""
    if not exif:
        return 1
    tags = Image.Exif()
    try:
        tags.load(exif)
        orientation = tags.get(_ORIENTATION, 1)
    except Exception:  # pylint: disable=broad-except  # Pillow raises many kinds for damaged Exif
        return 1
    return int(orientation) if orientation in range(1, 9) else 1


def _samples_of(image: Image.Image) -> tuple[np.ndarray[Any, Any], int]:
    """Samples and their depth."""
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode == "1":
        return np.asarray(image).astype(np.uint8), 1
    if image.mode in ("L", "LA", "RGB", "RGBA"):
        return np.asarray(image), 8
    if image.mode in ("I;16", "I;16L", "I;16B"):
        return np.asarray(image).astype(np.uint16), 16
    if image.mode == "I":
        values = np.asarray(image)
        if values.size and (values.min() < 0 or values.max() > 65535):
            raise OSError("samples of mode I go from 0 to 65535 in a LAQ file (image.point scales them)")
        return values.astype(np.uint16), 16
    raise OSError(f"cannot write mode {image.mode} as LAQ (image.convert('RGB') may do)")


def _metadata_for(image: Image.Image, given: dict[str, Any]) -> _pictures.Metadata:
    exif = given.get("exif", image.info.get("exif", b"")) or b""
    exif = exif.tobytes() if isinstance(exif, Image.Exif) else exif
    orientation = _orientation_of(exif)
    if exif.startswith(_EXIF_BEGIN):
        exif = exif[len(_EXIF_BEGIN) :]
    xmp = given.get("xmp", image.info.get("xmp", b"")) or b""
    dpi = given.get("dpi", image.info.get("dpi")) or (0, 0)
    return _pictures.Metadata(
        icc=given.get("icc_profile", image.info.get("icc_profile", b"")) or b"",
        exif=exif,
        xmp=xmp.encode() if isinstance(xmp, str) else xmp,
        orientation=orientation,
        pixels_per_metre=(round(float(dpi[0]) / _METRES_OF_INCH), round(float(dpi[1]) / _METRES_OF_INCH)),
    )


# Arguments of save that laq.encode_picture takes as they are. One that the library gains is a name here.
_SETTINGS = (
    "quality",
    "lossless",
    "max_error",
    "effort",
    "tune",
    "threads",
    "bytes",
    "ssimulacra2",
    "psnr",
    "butteraugli",
    "progressive",
    "mask",
)


def _save(image: Image.Image, fp: IO[bytes], filename: str) -> None:
    given = image.encoderinfo
    samples, depth = _samples_of(image)
    settings = {name: given[name] for name in _SETTINGS if name in given}
    try:
        file = _pictures.encode_picture(samples, depth=depth, metadata=_metadata_for(image, given), **settings)
    except _errors.ArgumentError:
        raise
    except _errors.LaqError as error:
        raise OSError(str(error)) from error
    fp.write(file)


def _accept(begin: bytes) -> bool:
    return begin.startswith(_MAGIC)


Image.register_open(FORMAT, LaqImageFile, _accept)
Image.register_save(FORMAT, _save)
Image.register_extension(FORMAT, ".laq")
Image.register_mime(FORMAT, "image/x-laq")
