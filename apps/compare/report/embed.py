#!/usr/bin/env python3
"""Writes a C++ header with text files as string constants: embed.py HEADER FILE...  (report_viewer.js: kReportViewerJs)"""

import pathlib
import sys

header, *files = map(pathlib.Path, sys.argv[1:])
parts = ["#pragma once\n\nnamespace laq::compare {\n"]
for file in files:
    name = "k" + "".join(word.capitalize() for word in file.name.replace(".", "_").split("_"))
    parts.append(f'inline constexpr char {name}[] = R"embedded({file.read_text(encoding="utf-8")})embedded";\n')
parts.append("}  // namespace laq::compare\n")
header.write_text("\n".join(parts), encoding="utf-8")
