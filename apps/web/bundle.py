#!/usr/bin/env python3
"""Writes the page as one file, which opens without a server and without a network: bundle.py MODULE.wasm PAGE.html

Style, scripts and the module take the places of what page/index.html refers to. A script stands in
the place where another one imports it; the module is packed with gzip and base64."""

import base64
import gzip
import pathlib
import re
import sys

module, page = map(pathlib.Path, sys.argv[1:])
web = pathlib.Path(__file__).resolve().parent


def script(path):
    """A script in which each import is replaced by a function that holds what is imported."""
    def inlined(match):
        text = script((path.parent / match[2]).resolve())
        exported = re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", text, re.M)
        body = re.sub(r"^export ", "", text, flags=re.M)
        return f"const {match[1]} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();"

    text = path.read_text(encoding="utf-8").replace("import.meta.url", "location.href")
    return re.sub(r'^import (\{.*\}) from "(.+)";$', inlined, text, flags=re.M)


def element(text):
    """A text within a script element, which ends at the first end tag."""
    return text.replace("</", "<\\/")


html = (web / "page/index.html").read_text(encoding="utf-8")
parts = {
    '<link rel="stylesheet" href="page.css">': "<style>\n" + (web / "page/page.css").read_text(encoding="utf-8") + "</style>",
    '<script type="module" src="page.js"></script>':
        '<script type="text/plain" id="module">' + base64.b64encode(gzip.compress(module.read_bytes(), 9, mtime=0)).decode() + "</script>\n"
        + '<script type="text/plain" id="worker">\n' + element(script(web / "page/worker.js")) + "</script>\n"
        + '<script type="module">\n' + element(script(web / "page/page.js")) + "</script>",
}
for reference, content in parts.items():
    if html.count(reference) != 1:
        sys.exit(f"bundle.py: page/index.html does not have {reference} once")
    html = html.replace(reference, content)
page.write_text(html, encoding="utf-8")
