"""imageio reads and writes .laq files after `import laq.imageio`, by Pillow.

    import imageio
    import laq.imageio

    samples = imageio.imread("photo.laq")
    imageio.imwrite("again.laq", samples, quality=80)    # arguments as laq.pillow says

Samples are uint8, or uint16 of two sides.
"""

from __future__ import annotations

from typing import Any

import imageio
import numpy as np
from PIL import Image

from . import pillow


def _register_with_old() -> None:
    """imageio before 2.16 has a class for each format; later ones ask Pillow what it knows."""
    from imageio.plugins.pillow import PillowFormat

    class LaqFormat(PillowFormat):  # type: ignore[misc]
        """Locally adaptive quantization; see laq.pillow for the arguments."""

        class Writer(PillowFormat.Writer):  # type: ignore[misc]
            def _open(self, **settings: Any) -> None:
                super()._open()
                self._meta.update(settings)

            def _append_data(self, im: Any, meta: dict[str, Any]) -> None:
                if im.ndim == 2 and im.dtype == np.uint16:
                    Image.fromarray(im).save(self._fp, format=pillow.FORMAT, **{**self._meta, **meta})
                else:
                    super()._append_data(im, meta)

    made = LaqFormat("LAQ-PIL", LaqFormat.__doc__, ".laq", "i")
    made._plugin_id = pillow.FORMAT
    imageio.formats.add_format(made)


if not hasattr(imageio, "v3"):
    _register_with_old()
