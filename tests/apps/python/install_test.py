"""`pip install` of the package makes a wheel for every Python that works away from the tree."""
import glob
import os
import subprocess
import sys
import unittest
import zipfile

NEEDS = ["numpy", "pip", "setuptools", "wheel"]
PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 3, "apps", "python")


class Install(unittest.TestCase):
    def test_a_wheel_is_built_and_used(self):
        # A copy, so that the tree stays as it is.
        subprocess.run(["cp", "-r", os.path.join(PACKAGE, os.pardir, os.pardir, "meson.build"), "."], check=True)
        os.makedirs("apps")
        subprocess.run(["cp", "-rL", PACKAGE, "apps/python"], check=True)
        command = [sys.executable, "-m", "pip", "-q", "wheel", "--no-build-isolation", "--no-deps", "--no-index"]
        done = subprocess.run([*command, "-w", "wheels", "./apps/python"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        (wheel,) = glob.glob("wheels/laq-*.whl")
        self.assertIn("-py3-none-linux_", wheel)
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
            archive.extractall("installed")
        self.assertIn("laq/liblaq.so.0", names)
        self.assertIn("laq/py.typed", names)
        (entry_points,) = glob.glob("installed/laq-*.dist-info/entry_points.txt")
        with open(entry_points, encoding="utf-8") as file:
            self.assertIn("laq = laq.numcodecs:Laq", file.read())
        program = "import laq; print(laq.decode(laq.encode(range(5))).sum(), laq.__file__, laq.__version__)"
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": os.path.abspath("installed")},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("installed", done.stdout)
        self.assertIn(os.path.basename(wheel).split("-")[1], done.stdout)

    def test_help_tells_what_there_is(self):
        done = subprocess.run(
            [sys.executable, "-c", "import laq; help(laq); help(laq.encode)"], capture_output=True, text=True, check=True
        )
        for word in ("laq.encode(field, max_error=0.01)", "DamagedError", "no finite element changes by more"):
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    unittest.main()
