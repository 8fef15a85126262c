"""Every line of the README's section on Python runs."""
import os
import re
import unittest

import numcodecs
import numpy as np
from PIL import Image

NEEDS = ["numpy", "PIL", "numcodecs", "zarr", "xarray", "imageio"]
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 3)


class Readme(unittest.TestCase):
    def test_lines_run(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            section = re.search(r"\n## Python\n(.*?)\n## ", file.read(), re.DOTALL).group(1)
        code = "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))
        lines = [line for line in code.splitlines() if not line.startswith("pip ")]
        import xarray

        field = np.cumsum(np.random.default_rng(1).normal(size=(24, 30, 40)), axis=-1).astype("f4")
        samples = (np.add.outer(np.arange(48), np.arange(64))[..., None] * [1, 2, 1]).astype("u1")
        names = {"field": field, "samples": samples, "dataset": xarray.Dataset({"t": (("z", "y", "x"), field)})}
        Image.fromarray(samples).save("photo.png")
        exec("\n".join(lines), names)
        self.assertGreater(len(lines), 15)
        self.assertEqual(numcodecs.get_codec({"id": "laq"}).codec_id, "laq")


if __name__ == "__main__":
    unittest.main()
