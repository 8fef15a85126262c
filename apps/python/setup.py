"""Builds the C library for the package and puts it beside it: pip install ./apps/python, in a clone.

The library is built by meson and ninja, which must be installed with a compiler, Highway and zlib (apps/packages).
LAQ_BUILD names a build folder of meson whose library is taken in place of a new one.
The wheel serves every version of Python 3 on the machine's kind of system, because nothing is compiled against Python.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py
from wheel.bdist_wheel import bdist_wheel

ROOT = Path(__file__).resolve().parents[2]


def version() -> str:
    """It stands in the top meson.build alone."""
    return re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text(encoding="utf-8")).group(1)


def built_library(folder: str) -> Path:
    if "LAQ_BUILD" in os.environ:
        return Path(os.environ["LAQ_BUILD"]) / "codec" / "liblaq.so.0"
    subprocess.run(
        ["meson", "setup", folder, str(ROOT), "-Dapps=false", "-Dtests=false", "-Ddefault_library=shared"], check=True
    )
    subprocess.run(["ninja", "-C", folder], check=True)
    return Path(folder) / "codec" / "liblaq.so.0"


class BuildWithLibrary(build_py):
    def run(self) -> None:
        super().run()
        with tempfile.TemporaryDirectory() as folder:
            shutil.copyfile(built_library(folder), Path(self.build_lib) / "laq" / "liblaq.so.0")


class WithBinaries(Distribution):
    def has_ext_modules(self) -> bool:
        return True


class WheelForEveryPython(bdist_wheel):
    def get_tag(self) -> tuple:
        return "py3", "none", super().get_tag()[2]


setup(
    version=version(),
    distclass=WithBinaries,
    cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": WheelForEveryPython},
)
