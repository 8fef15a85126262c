"""The lines of documents about the browser, to be run."""
import re


def browser_section(document):
    """The section "In the browser" of the README, or all of a document that has none."""
    text = document.read_text(encoding="utf-8")
    section = re.search(r"\n## In the browser\n(.*?)\n## ", text, re.DOTALL)
    return section.group(1) if section else text


def blocks(document):
    """The indented blocks."""
    indented = re.findall(r"(?:^    .*\n)+", browser_section(document), re.MULTILINE)
    return [re.sub("^    ", "", block, flags=re.MULTILINE) for block in indented]


def code_blocks(document):
    """The blocks of JavaScript."""
    return [block for block in blocks(document) if block.startswith("import ")]


def markup_blocks(document):
    """The blocks of HTML."""
    return [block for block in blocks(document) if block.startswith("<")]
