"""Runs a suite of tests of the Python package, as it is in the tree, with the library of a build.
usage: run.py LIBRARY SUITE    LIBRARY: liblaq.so of the build; SUITE: a module beside this file
A suite that needs a package which is absent says so in one line and is skipped (status 77)."""
import importlib
import importlib.util
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
PACKAGE = os.path.join(ROOT, "apps", "python")


def install(folder, library):
    """Puts the package into a folder as pip does, by links."""
    os.mkdir(os.path.join(folder, "laq"))
    for name in os.listdir(os.path.join(PACKAGE, "laq")):
        os.symlink(os.path.join(PACKAGE, "laq", name), os.path.join(folder, "laq", name))
    os.symlink(library, os.path.join(folder, "laq", "liblaq.so.0"))
    found_by = os.path.join(folder, "laq-0.dist-info")
    os.mkdir(found_by)
    os.symlink(os.path.join(PACKAGE, "entry_points.txt"), os.path.join(found_by, "entry_points.txt"))
    with open(os.path.join(found_by, "METADATA"), "w", encoding="utf-8") as file:
        file.write("Metadata-Version: 2.1\nName: laq\nVersion: 0\n")


def main():
    library, suite = os.path.abspath(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        install(folder, library)
        sys.path[:0] = [folder, HERE]
        os.environ["PYTHONPATH"] = folder  # for programs that a test starts
        os.environ["LAQ_BUILD"] = os.path.dirname(os.path.dirname(library))
        sys.dont_write_bytecode = True
        with open(os.path.join(HERE, suite + ".py"), encoding="utf-8") as file:
            needs = next((line for line in file if line.startswith("NEEDS = ")), "NEEDS = []")
        missing = [name for name in eval(needs[len("NEEDS = ") :]) if importlib.util.find_spec(name) is None]
        if missing:
            print(f"skipped: Python has no {' and no '.join(missing)}")
            return 77
        work = os.path.join(folder, "work")
        os.mkdir(work)
        os.chdir(work)
        tests = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(suite))
        result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(tests)
        return 0 if result.wasSuccessful() and result.testsRun > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
