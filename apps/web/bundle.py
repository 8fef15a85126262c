#!/usr/bin/env python3
"""Writes the page as one file, which opens without a server and without a network: bundle.py MODULE.wasm PAGE.html

Style, scripts and the module take the places of what page/index.html refers to. Scripts are joined where one imports the
other; the module is packed with gzip and base64."""

import base64
import gzip
import pathlib
import re
import sys

module, page = map(pathlib.Path, sys.argv[1:])
web = pathlib.Path(__file__).resolve().parent


def script(name):
    """A script with what it imports before it, and without its imports and exports."""
    text = (web / name).read_text(encoding="utf-8")
    imported = [script((pathlib.Path(name).parent / path).as_posix()) for path in re.findall(r'^import .* from "(.+)";$', text, re.M)]
    text = re.sub(r"^import .*;\n", "", text, flags=re.M)
    text = re.sub(r"^export ", "", text, flags=re.M).replace("import.meta.url", "location.href")
    return "".join(imported) + text


def element(text):
    """A text within a script element, which ends at the first end tag."""
    return text.replace("</", "<\\/")


html = (web / "page/index.html").read_text(encoding="utf-8")
parts = {
    '<link rel="stylesheet" href="page.css">': "<style>\n" + (web / "page/page.css").read_text(encoding="utf-8") + "</style>",
    '<script type="module" src="page.js"></script>':
        '<script type="text/plain" id="module">' + base64.b64encode(gzip.compress(module.read_bytes(), 9, mtime=0)).decode() + "</script>\n"
        + '<script type="text/plain" id="worker">\n' + element(script("page/worker.js")) + "</script>\n"
        + '<script type="module">\n' + element(script("page/page.js")) + "</script>",
}
for reference, content in parts.items():
    if html.count(reference) != 1:
        sys.exit(f"bundle.py: page/index.html does not have {reference} once")
    html = html.replace(reference, content)
page.write_text(html, encoding="utf-8")
