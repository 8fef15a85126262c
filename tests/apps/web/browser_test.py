#!/usr/bin/env python3
"""laq in the browser, in headless Chromium: browser_test.py SOURCE-ROOT LAQ FOLDER

Builds modules, package and page into FOLDER. Skipped (status 77) where Emscripten, Selenium, Chromium or its driver is not
installed."""

import functools
import http.server
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from chromium import start_browser  # first, as it ends where Selenium is absent

from documents import code_blocks, markup_blocks
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

SOURCE = LAQ = FOLDER = None

# FNV-1a of 64 bits, in two halves; of pictures every sample counts as two bytes, as in tests/picture/golden_pictures.h.
SCRIPT = """
const hashOf = (bytes) => {
  let high = 0xcbf29ce4, low = 0x84222325;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, "0")).join("");
};
const hashOfSamples = (samples) => hashOf((function* () { for (const s of samples) { yield s & 255; yield s >> 8; } })());
const bytesAt = async (address) => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(address + ": " + response.status);
  return new Uint8Array(await response.arrayBuffer());
};
const { loadDecoder, loadEncoder, toImageData, LaqError } = await import("/package/laq.js");
const errorOf = (work) => { try { work(); return null; } catch (e) { return [e instanceof LaqError, e.code, e.message]; } };
"""


class QuietServer(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".wasm": "application/wasm", ".js": "text/javascript"}

    def log_message(self, *_):
        pass


def write_png(path, picture):
    """A PNG file of 8-bit RGB samples."""
    row = picture["width"] * 3
    rows = b"".join(b"\0" + bytes(picture["samples"][at:at + row]) for at in range(0, len(picture["samples"]), row))
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    header = struct.pack(">IIBBBBB", picture["width"], picture["height"], 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def read_pnm(path):
    """What a PGM, PPM or PAM file holds: width, height, channels, depth, samples."""
    data = path.read_bytes()
    if data[:2] == b"P7":
        header, raster = data.split(b"ENDHDR\n", 1)
        fields = dict(line.split()[:2] for line in header.split(b"\n")[1:] if line)
        width, height, channels, maximum = (int(fields[key]) for key in (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL"))
    else:
        width, height, maximum = map(int, data.split(None, 4)[1:4])
        channels = 3 if data[:2] == b"P6" else 1
        raster = data[len(data) - width * height * channels * (2 if maximum > 255 else 1):]
    size = 2 if maximum > 255 else 1
    samples = [int.from_bytes(raster[i:i + size], "big") for i in range(0, len(raster), size)]
    return {"width": width, "height": height, "channels": channels, "depth": maximum.bit_length(), "samples": samples}


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(cls.folder.cleanup)
        root = pathlib.Path(cls.folder.name)
        (root / "package").symlink_to(FOLDER / "package")
        (root / "tests").symlink_to(SOURCE / "tests")
        (root / "files").mkdir()
        (root / "index.html").write_text("<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>laq</title>")
        cls.files = root / "files"
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietServer, directory=root))
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.shutdown)
        cls.browser = start_browser(root / "profile")
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.browser.get(f"http://127.0.0.1:{self.server.server_port}/index.html")

    def tearDown(self):
        self.assertEqual([entry["message"] for entry in self.browser.get_log("browser")], [])  # errors of the console

    def run_script(self, script, *arguments):
        """What an asynchronous script returns."""
        call = "const done = arguments[arguments.length - 1]; (async (...args) => {" + SCRIPT + script + \
            "})(...[...arguments].slice(0, -1)).then((value) => done({value}), (error) => done({error: `${error.stack}`}));"
        answer = self.browser.execute_async_script(call, *arguments)
        if "error" in answer:
            self.fail(answer["error"])
        return answer["value"]

    def hashes_of(self, kind):
        lines = (SOURCE / "tests" / kind / "golden" / "hashes.txt").read_text().splitlines()
        return {name: value for value, name in map(str.split, lines)}


class Module(Browser):
    def test_golden_pictures_decode_to_the_samples_of_every_machine(self):
        hashes = self.hashes_of("picture")
        self.assertGreater(len(hashes), 15)
        for module in ("Decoder", "Encoder"):
            found = self.run_script("""
                const laq = await {Decoder: loadDecoder, Encoder: loadEncoder}[args[1]]();
                const hashes = {};
                for (const name of args[0])
                  hashes[name] = hashOfSamples(laq.decode(await bytesAt(`/tests/picture/golden/${name}.laq`)).samples);
                return hashes;""", list(hashes), module)
            self.assertEqual(found, hashes)

    def test_golden_arrays_decode_to_the_elements_of_every_machine(self):
        hashes = self.hashes_of("array")
        self.assertGreater(len(hashes), 25)
        found = self.run_script("""
            const laq = await loadDecoder(), hashes = {};
            for (const name of args[0]) {
              const file = await bytesAt(`/tests/array/golden/${name}.laq`);
              if (!laq.holdsArray(file)) throw new Error(name + " holds no array");
              const { data } = laq.decodeArray(file);
              hashes[name] = hashOf(new Uint8Array(data.buffer));
            }
            return hashes;""", list(hashes))
        self.assertEqual(found, hashes)

    def test_pictures_are_encoded_and_decoded_as_by_the_command(self):
        pictures = {}
        for path in sorted((SOURCE / "testdata").glob("*.p?m")):
            file, again = self.files / (path.name + ".laq"), self.files / (path.name + ".pam")
            subprocess.run([LAQ, "encode", "-q", "70", "-e", "4", "-f", path, file], check=True, capture_output=True)
            subprocess.run([LAQ, "decode", "-f", file, again], check=True, capture_output=True)
            picture, decoded = read_pnm(path), read_pnm(again)
            (self.files / (path.name + ".json")).write_text(json.dumps({"picture": picture, "decoded": decoded["samples"]}))
            pictures[path.name] = True
        self.assertGreater(len(pictures), 15)
        found = self.run_script("""
            const laq = await loadEncoder(), same = {};
            for (const name of args[0]) {
              const { picture, decoded } = JSON.parse(new TextDecoder().decode(await bytesAt(`/files/${name}.json`)));
              const file = await bytesAt(`/files/${name}.laq`);
              const samples = laq.decode(file).samples;
              const Type = picture.depth > 8 ? Uint16Array : Uint8Array;
              const mine = laq.encode({...picture, samples: Type.from(picture.samples)}, {quality: 70, effort: 4});
              const isDecoded = samples.length == decoded.length && samples.every((sample, i) => sample == decoded[i]);
              const isEncoded = mine.length == file.length && mine.every((byte, i) => byte == file[i]);
              same[name] = isDecoded && isEncoded ? true : {isDecoded, isEncoded};
            }
            return same;""", list(pictures))
        self.assertEqual(found, pictures)

    def test_damaged_files_are_errors_with_the_message_of_the_library(self):
        errors = self.run_script("""
            const laq = await loadDecoder();
            const file = await bytesAt("/tests/picture/golden/rgb.laq");
            const flipped = file.slice();
            flipped[file.length >> 1] ^= 4;
            const errors = {
              flipped: errorOf(() => laq.decode(flipped)), cut: errorOf(() => laq.decode(file.subarray(0, 60))),
              other: errorOf(() => laq.decode(new TextEncoder().encode("GIF89a and more"))),
              empty: errorOf(() => laq.trace(new ArrayBuffer(0))),
              array: errorOf(() => laq.decodeArray(file)),
              pixels: errorOf(() => laq.decode(file, {maxPixels: 100})),
              memory: errorOf(() => laq.decode(file, {maxBytes: 2000}))};
            // Each byte flipped: an error, or samples where the byte counts for nothing.
            for (let i = 0; i < file.length; ++i) {
              const damaged = file.slice();
              damaged[i] ^= 16;
              const error = errorOf(() => laq.decode(damaged));
              if (error && !error[0]) throw new Error(`byte ${i}: ${error}`);
            }
            errors.again = laq.decode(file).width;
            return errors;""")
        self.assertEqual(errors.pop("again"), 72)
        codes = {name: error[1] for name, error in errors.items()}
        self.assertEqual(codes, {"flipped": "corrupt", "cut": "truncated", "other": "not_laq", "empty": "not_laq",
                                 "array": "unsupported", "pixels": "limit_exceeded", "memory": "limit_exceeded"})
        self.assertIn("checksum is wrong", errors["flipped"][2])
        self.assertIn("cut off", errors["cut"][2])

    def test_memory_that_the_browser_does_not_have_is_an_error_and_the_next_call_succeeds(self):
        error, width, bytes_after = self.run_script("""
            const laq = await loadEncoder();
            const error = errorOf(() => { laq._call({length: 2 ** 32 - 2 ** 20}, () => 0, () => 0); });
            const file = await bytesAt("/tests/picture/golden/rgb.laq");
            return [error, laq.decode(file).width, laq._instance().memory.buffer.byteLength];""")
        self.assertEqual(error[:2], [True, "out_of_memory"])
        self.assertIn("4 GiB", error[2])
        self.assertEqual(width, 72)
        self.assertLess(bytes_after, 2 ** 26)

    def test_a_trace_has_the_picture_and_blocks_that_tile_it(self):
        for name in ("rgb", "rgba", "tiles"):
            found = self.run_script("""
                const laq = await loadDecoder();
                const file = await bytesAt(`/tests/picture/golden/${args[0]}.laq`);
                const { picture, blocks, baseStep } = laq.trace(file), plain = laq.decode(file);
                let area = 0;
                for (const b of blocks.filter((b) => b.group == 0))
                  area += Math.max(0, Math.min(b.x + b.width, picture.width) - b.x) * Math.max(0, Math.min(b.y + b.height, picture.height) - b.y);
                return {same: hashOfSamples(picture.samples) == hashOfSamples(plain.samples), area: area - picture.width * picture.height,
                        good: baseStep > 0 && blocks.every((b) => b.step > 0 && b.bits >= 0 && b.mode)};""", name)
            self.assertEqual(found, {"same": True, "area": 0, "good": True})

    def test_scores_are_those_of_the_command(self):
        picture = SOURCE / "testdata" / "natural.ppm"
        file = self.files / "scored.laq"
        subprocess.run([LAQ, "encode", "-q", "60", "-f", picture, file], check=True, capture_output=True)
        measured = json.loads(subprocess.run([LAQ, "metric", "--json", picture, file], check=True, capture_output=True, text=True).stdout)
        (self.files / "scored.json").write_text(json.dumps(read_pnm(picture)))
        score = self.run_script("""
            const laq = await loadEncoder();
            const picture = JSON.parse(new TextDecoder().decode(await bytesAt("/files/scored.json")));
            picture.samples = Uint8Array.from(picture.samples);
            return laq.ssimulacra2(picture, await bytesAt("/files/scored.laq"));""")
        self.assertAlmostEqual(score, measured["ssimulacra2"], places=3)

    def test_an_encode_tells_how_far_it_is_and_can_be_cancelled(self):
        told, error = self.run_script("""
            const laq = await loadEncoder(), told = [];
            const picture = {width: 300, height: 200, samples: Uint8Array.from({length: 180000}, (_, i) => (i * i) >> 9)};
            laq.encode(picture, {effort: 2, onProgress: (done) => { told.push(done); }});
            return [told, errorOf(() => laq.encode(picture, {onProgress: () => false}))];""")
        self.assertGreater(len(told), 1)
        self.assertEqual(told, sorted(told))
        self.assertEqual(error[1], "cancelled")

    def test_image_data_are_upright_and_of_eight_bits(self):
        self.assertEqual(self.run_script("""
            const samples = Uint16Array.from([0, 1023, 512, 100, 200, 300]);  // 3x2, gray
            const turned = (orientation) => {
              const image = toImageData({width: 3, height: 2, channels: 1, depth: 10, orientation, samples});
              return [image.width, ...Array.from({length: 6}, (_, i) => Math.round(image.data[4 * i] * 1023 / 255 / 100))];
            };
            return Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((o) => [o, turned(o)]));"""), {
            "1": [3, 0, 10, 5, 1, 2, 3], "2": [3, 5, 10, 0, 3, 2, 1], "3": [3, 3, 2, 1, 5, 10, 0], "4": [3, 1, 2, 3, 0, 10, 5],
            "5": [2, 0, 1, 10, 2, 5, 3], "6": [2, 1, 0, 2, 10, 3, 5], "7": [2, 3, 5, 2, 10, 1, 0], "8": [2, 5, 3, 10, 2, 0, 1]})


class Element(Browser):
    def test_it_loads_like_an_image(self):
        found = self.run_script("""
            await import("/package/laq-image.js");
            const image = document.createElement("laq-image");
            image.alt = "a test";
            image.src = "/tests/picture/golden/rgba.laq";
            const loaded = new Promise((resolve, reject) => { image.onload = resolve; image.addEventListener("load", resolve); image.addEventListener("error", (e) => reject(e.detail)); });
            document.body.append(image);
            const before = image.complete;
            await loaded;
            const canvas = image.shadowRoot.querySelector("canvas");
            const shown = canvas.getContext("2d").getImageData(0, 0, 45, 30).data;
            const laq = await loadDecoder();
            const wanted = toImageData(laq.decode(await bytesAt(image.src))).data;
            const isSame = shown.every((value, i) => wanted[i | 3] < 255 || value == wanted[i]);  // a canvas rounds what is translucent
            await image.decode();
            return [before, image.complete, image.naturalWidth, image.naturalHeight, isSame, canvas.getAttribute("aria-label"), image.getBoundingClientRect().width];""")
        self.assertEqual(found, [False, True, 45, 30, True, "a test", 45])

    def test_a_damaged_file_is_an_error_and_the_text_is_shown(self):
        (self.files / "cut.laq").write_bytes((SOURCE / "tests/picture/golden/rgb.laq").read_bytes()[:100])
        found = self.run_script("""
            await import("/package/laq-image.js");
            document.body.insertAdjacentHTML("beforeend", '<laq-image id=i alt="a test" src="/files/cut.laq"></laq-image>');
            const image = document.getElementById("i");
            const { detail } = await new Promise((resolve) => image.addEventListener("error", resolve));
            const text = image.shadowRoot.querySelector("span").textContent;
            image.src = "/tests/picture/golden/rgb.laq";
            await image.decode();
            return [detail instanceof LaqError, detail.code, text, image.naturalWidth, image.shadowRoot.querySelector("span").textContent];""")
        self.assertEqual(found, [True, "truncated", "a test", 72, ""])


class Documents(Browser):
    """The lines of the README, and of that of the package, do what they say."""

    DOCUMENTS = "README.md", "apps/web/package/README.md"

    def test_elements(self):
        site = self.files / "site"
        site.mkdir()
        for file in (FOLDER / "package").iterdir():
            (site / file.name).symlink_to(file)
        (site / "photo.laq").symlink_to(SOURCE / "tests/picture/golden/rgb.laq")
        blocks = [block for document in self.DOCUMENTS for block in markup_blocks(SOURCE / document)]
        self.assertEqual(len(blocks), 2)
        for block in blocks:
            (site / "index.html").write_text("<!doctype html><meta charset=utf-8><link rel=icon href=data:,>" + block)
            self.browser.get(f"http://127.0.0.1:{self.server.server_port}/files/site/index.html")
            width = self.run_script("await customElements.whenDefined('laq-image');"
                                    "const image = document.querySelector('laq-image'); await image.decode(); return image.naturalWidth;")
            self.assertEqual(width, 72)

    def test_programs(self):
        (self.files / "map.html").write_text(
            "<!doctype html><meta charset=utf-8><link rel=icon href=data:,>"
            '<script type="importmap">{"imports": {"laq": "/package/laq.js"}}</script>')
        self.browser.get(f"http://127.0.0.1:{self.server.server_port}/files/map.html")
        blocks = [block for document in self.DOCUMENTS for block in code_blocks(SOURCE / document)]
        self.assertEqual(len(blocks), 3)
        self.run_script("""
            globalThis.bytes = await bytesAt("/tests/picture/golden/rgb.laq");
            globalThis.context = document.createElement("canvas").getContext("2d");
            Object.assign(globalThis, { width: 32, height: 16, samples: new Uint8Array(32 * 16 * 3).map((_, i) => i) });
            for (const block of args[0]) await import("data:text/javascript," + encodeURIComponent(block));
            const drawn = context.getImageData(0, 0, 72, 1).data;
            const { data } = toImageData((await loadDecoder()).decode(bytes));
            if (!drawn.every((value, i) => value == data[i])) throw new Error("another picture is drawn");""", blocks)


class Page(Browser):
    def setUp(self):
        self.browser.get((FOLDER / "laq.html").as_uri())

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def open(self, *paths):
        self.one("#file").send_keys("\n".join(map(str, paths)))

    def wait(self, condition, browser=None):
        """Until a condition of JavaScript holds."""
        end = time.monotonic() + 120
        while not (browser or self.browser).execute_script("return Boolean(" + condition + ")"):
            self.assertLess(time.monotonic(), end, condition)
            time.sleep(0.05)

    def wait_for_score(self):
        self.wait(r"/^-?\d/.test(document.querySelector('#score').textContent) && document.querySelector('#progress').className == 'is-idle'")

    def saved(self):
        values = self.browser.execute_async_script("""
            const done = arguments[0];
            fetch(document.querySelector("#save").href).then((r) => r.arrayBuffer()).then((b) => done([...new Uint8Array(b)]));""")
        return bytes(values)

    def test_a_picture_is_encoded_as_by_the_command_without_a_network(self):
        source, picture, file = SOURCE / "testdata/natural.ppm", self.files / "natural.png", self.files / "page.laq"
        write_png(picture, read_pnm(source))
        subprocess.run([LAQ, "encode", "-q", "70", "-e", "3", "-f", picture, file], check=True, capture_output=True)
        measured = json.loads(subprocess.run([LAQ, "metric", "--json", picture, file], check=True, capture_output=True, text=True).stdout)
        self.open(picture)
        self.wait_for_score()
        self.assertEqual(self.saved(), file.read_bytes())
        self.assertEqual(self.one("#score").text, f"{measured['ssimulacra2']:.1f}")
        self.assertEqual(self.one("#save").get_attribute("download"), "natural.laq")
        self.assertEqual(self.one("#error").text, "")
        self.assertEqual(self.browser.execute_script("""
            return performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => !/^(blob|data):/.test(name))"""), [])

        # A lower quality, while the page goes on.
        self.browser.execute_script("""
            const quality = document.querySelector("#quality");
            for (const value of [60, 40, 20]) { quality.value = value; quality.dispatchEvent(new Event("input")); }""")
        self.wait("document.querySelector('#score').textContent == '…'")
        self.wait_for_score()
        self.assertLess(len(self.saved()), file.stat().st_size)

        # Its step map, and the border between both by keyboard.
        self.one("[data-view=step]").click()
        self.assertTrue(self.one("#map").is_displayed())
        self.assertIn("Finest step", self.one("#legend").text)
        colours = self.browser.execute_script("""
            const map = document.querySelector("#map");
            return new Set(new Uint32Array(map.getContext("2d").getImageData(0, 0, map.width, map.height).data.buffer)).size""")
        self.assertGreater(colours, 5)
        self.one("#line").send_keys(Keys.HOME)
        self.assertEqual(self.one("#line").get_attribute("aria-valuenow"), "0")

    def test_a_file_beside_its_original_has_a_score_and_alone_it_has_none(self):
        source, picture, file = SOURCE / "testdata/screen.ppm", self.files / "screen.png", self.files / "screen.laq"
        write_png(picture, read_pnm(source))
        subprocess.run([LAQ, "encode", "-q", "50", "-f", picture, file], check=True, capture_output=True)
        self.open(picture, file)
        self.wait_for_score()
        self.assertFalse(self.one("#quality").is_displayed())
        self.open(file)
        self.wait("document.querySelector('#score-about').textContent == 'needs the original'")
        self.assertFalse(self.one("#original").is_displayed())

    def test_files_that_cannot_be_shown_are_told(self):
        damaged, other = self.files / "damaged.laq", self.files / "other.png"
        damaged.write_bytes((SOURCE / "tests/picture/golden/rgb.laq").read_bytes()[:100])
        other.write_bytes(b"no picture")
        for path, words in (damaged, "cut off"), (other, "other.png: this browser cannot show such a file"):
            self.browser.refresh()
            self.open(path)
            self.wait("!document.querySelector('#error').hidden")
            self.assertIn(words, self.one("#error").text)

    def test_memory_that_the_browser_does_not_give_is_told(self):
        picture = self.files / "large.png"
        write_png(picture, {"width": 1500, "height": 1500, "samples": [(i * i) >> 11 & 255 for i in range(1500 * 1500 * 3)]})
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            browser = start_browser(profile, "--js-flags=--wasm-max-mem-pages=512")
            try:
                browser.get((FOLDER / "laq.html").as_uri())
                browser.find_element(By.CSS_SELECTOR, "#file").send_keys(str(picture))
                self.wait("!document.querySelector('#error').hidden", browser)
                self.assertIn("out of memory: WebAssembly has 4 GiB at most", browser.find_element(By.CSS_SELECTOR, "#error").text)
            finally:
                browser.quit()

    def test_it_fits_a_phone(self):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True})
        try:
            picture = self.files / "phone.png"
            write_png(picture, read_pnm(SOURCE / "testdata/natural.ppm"))
            self.open(picture)
            self.wait_for_score()
            self.assertLessEqual(*self.browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]"))
        finally:
            self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


if __name__ == "__main__":
    SOURCE, LAQ, FOLDER = map(pathlib.Path, sys.argv[1:4])
    if not shutil.which("emcc"):
        print("skipped: needs Emscripten (apps/web/packages)")
        sys.exit(77)
    build = subprocess.run(["bash", SOURCE / "apps/web/build", FOLDER], capture_output=True, text=True)
    if build.returncode != 0:
        sys.exit(build.stdout + build.stderr)
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=2)
