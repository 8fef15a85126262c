// The time that the module takes to decode pictures: node decode_bench.mjs PACKAGE FILE.laq... It prints
// the least of some runs of each file, in milliseconds of the processor, as decode-bench counts them.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { loadDecoder } = await import(new URL("laq.js", pathToFileURL(`${folder}/`)));
const laq = await loadDecoder();
for (const name of files) {
  const file = await readFile(name);
  let least = Infinity, pixels = 0;
  for (let run = 0; run < 25; ++run) {
    const begin = process.cpuUsage();
    const { width, height } = laq.decode(file);
    const { user, system } = process.cpuUsage(begin);
    least = Math.min(least, (user + system) / 1e3);
    pixels = width * height;
  }
  console.log(`${name}\t${least.toFixed(2)} ms\t${(pixels / least / 1e3).toFixed(1)} megapixels a second`);
}
