"""The structures of the package are those of laq/laq.h, by size and place of every field, and its functions are there."""
import ctypes
import os
import re
import shutil
import subprocess
import unittest

from laq import _library

NEEDS = ["numpy"]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
INCLUDES = [os.path.join(ROOT, "codec", "include"), os.path.join(os.environ["LAQ_BUILD"], "codec", "include")]


def structures():
    for value in vars(_library).values():
        if isinstance(value, type) and issubclass(value, ctypes.Structure) and value is not ctypes.Structure:
            yield "laq_" + re.sub(r"(?<!^)([A-Z])", r"_\1", value.__name__).lower(), value


class Layout(unittest.TestCase):
    def test_fields_are_where_the_compiler_puts_them(self):
        compiler = shutil.which("cc")
        if compiler is None:
            self.skipTest("there is no cc")
        lines = []
        expected = []
        for name, structure in structures():
            lines.append(f'printf("{name} %zu\\n", sizeof({name}));')
            expected.append(f"{name} {ctypes.sizeof(structure)}")
            for field in (field[0] for field in structure._fields_):
                place = f"{name}.{field} %zu %zu\\n"
                lines.append(f'printf("{place}", offsetof({name}, {field}), sizeof((({name}*)0)->{field}));')
                described = getattr(structure, field)
                expected.append(f"{name}.{field} {described.offset} {described.size}")
        with open("layout.c", "w", encoding="utf-8") as file:
            file.write("#include <stddef.h>\n#include <stdio.h>\n#include <laq/laq.h>\nint main(void) {\n")
            file.write("\n".join(lines) + "\nreturn 0;\n}\n")
        subprocess.run([compiler, "layout.c", "-o", "layout", *(f"-I{folder}" for folder in INCLUDES)], check=True)
        found = subprocess.run(["./layout"], capture_output=True, text=True, check=True).stdout.splitlines()
        self.assertEqual(found, expected)
        self.assertGreater(len(expected), 100)

    def test_structures_that_may_grow_are_as_the_header_has_them(self):
        # A field that the header gains at an end changes its size: the test above tells.
        self.assertGreaterEqual(len(list(structures())), 15)


if __name__ == "__main__":
    unittest.main()
