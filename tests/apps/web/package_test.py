#!/usr/bin/env python3
"""The npm package without its modules: its types compile, and name what is there. Skipped without Node or TypeScript.
usage: package_test.py SOURCE-ROOT"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1)).resolve()
PACKAGE = SOURCE / "apps/web/package"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from documents import code_blocks

# What the lines of the documents find.
GIVEN = """
declare const bytes: Uint8Array, samples: Uint8Array, width: number, height: number, context: CanvasRenderingContext2D;
"""

USE = """
import { Decoder, Encoder, LaqError, loadDecoder, loadEncoder, toImageData } from "laq";
import type { Info, LaqArray, LaqErrorCode, Picture, Samples, Trace } from "laq";
import { LaqImage } from "laq/laq-image.js";
const decoder: Decoder = await loadDecoder(new URL("laq-decoder.wasm", import.meta.url));
const picture: Picture = decoder.decode(bytes, { maxPixels: 1e6 });
const again: Samples = picture;
const info: Info = decoder.inspect(bytes.buffer);
const trace: Trace = new Decoder(decoder.module).trace(bytes);
const array: LaqArray = decoder.decodeArray(bytes);
const encoder: Encoder = await loadEncoder();
const file: Uint8Array = encoder.encode(again, { quality: 70, onProgress: (done) => done < 0.5 });
const score: number = encoder.ssimulacra2(picture, file);
const data: ImageData = toImageData(trace.picture);
const image: LaqImage = document.createElement("laq-image");
image.src = "photo.laq";
await image.decode();
try { decoder.decode(file); } catch (error) { if (error instanceof LaqError) { const code: LaqErrorCode = error.code; } }
// @ts-expect-error: there is no such option
encoder.encode(again, { speed: 3 });
// @ts-expect-error: a decoder does not encode
decoder.encode(again);
// @ts-expect-error: there is no such code
const code: LaqErrorCode = "other";
export { array, data, info, score };
"""

CONFIGURATION = {
    "compilerOptions": {
        "strict": True, "noEmit": True, "module": "es2022", "target": "es2022", "moduleResolution": "node",
        "lib": ["es2022", "dom"], "types": [], "baseUrl": ".",
        "paths": {"laq": [f"{PACKAGE}/laq"], "laq/*": [f"{PACKAGE}/*"]},
    }
}  # fmt: skip


class Types(unittest.TestCase):
    def compile(self, *programs):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "tsconfig.json").write_text(json.dumps(CONFIGURATION))
            for number, program in enumerate(programs):
                (pathlib.Path(folder) / f"use{number}.ts").write_text(program + GIVEN)
            done = subprocess.run(["tsc", "-p", folder], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_programs_compile_and_wrong_ones_do_not(self):
        self.compile(USE)

    def test_the_lines_of_the_documents_compile(self):
        blocks = [block for document in (SOURCE / "README.md", PACKAGE / "README.md") for block in code_blocks(document)]
        self.assertEqual(len(blocks), 3)
        self.compile(*blocks)

    def test_they_name_what_the_scripts_have(self):
        types = (PACKAGE / "laq.d.ts").read_text()
        names = set(re.findall(r"^export (?:class|function) (\w+)", types, re.MULTILINE))
        members = {
            name: set(re.findall(r"^  (?:readonly )?(\w+)[(:]", body, re.MULTILINE)) - {"constructor"}
            for name, body in re.findall(r"^export class (\w+)[^{]*\{\n(.*?)\n\}", types, re.MULTILINE | re.DOTALL)
        }
        program = f"""
            const laq = await import({json.dumps((PACKAGE / "laq.js").as_uri())});
            const members = ["Decoder", "Encoder"].map((name) => [name, Object.getOwnPropertyNames(laq[name].prototype)]);
            console.log(JSON.stringify({{ names: Object.keys(laq), members: Object.fromEntries(members) }}));"""
        done = subprocess.run(["node", "--input-type=module", "-e", program], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        self.assertEqual(names, set(found["names"]))
        for name, expected in found["members"].items():
            public = {member for member in expected if not member.startswith("_")} - {"constructor"}
            self.assertEqual(members[name] - {"module"}, public, name)  # module: a property of each object


if __name__ == "__main__":
    missing = [program for program in ("node", "tsc") if shutil.which(program) is None]
    if missing:
        print(f"{missing[0]} is missing: the types of the npm package are not tested")
        sys.exit(77)
    unittest.main()
