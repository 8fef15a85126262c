// laq in the browser, and wherever else there is WebAssembly: decoding, and with the larger module encoding.
//
//   import { loadDecoder, toImageData } from "laq";
//   const laq = await loadDecoder();
//   const picture = laq.decode(new Uint8Array(await (await fetch("photo.laq")).arrayBuffer()));
//   canvas.getContext("2d").putImageData(toImageData(picture), 0, 0);
//
// Types and units are in laq.d.ts. What a function returns belongs to the caller; no function keeps what it is given.

const codes = ["invalid_argument", "limit_exceeded", "not_laq", "unsupported", "truncated", "corrupt", "out_of_memory", "cancelled"];
const elementTypes = [
  ["int8", Int8Array], ["uint8", Uint8Array], ["int16", Int16Array], ["uint16", Uint16Array], ["int32", Int32Array],
  ["uint32", Uint32Array], ["float32", Float32Array], ["float64", Float64Array], ["int64", BigInt64Array],
  ["uint64", BigUint64Array], ["float16", Uint16Array], ["bfloat16", Uint16Array]];
const modes = ["DC", "smooth", "smooth vertical", "smooth horizontal", "Paeth", "directional", "copy", "palette"];

// What WebAssembly of 32 bits reaches, less what the module itself needs.
const mostMemory = 2 ** 32 - 2 ** 26;
const nothing = new Uint8Array(0);

export class LaqError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "LaqError";
    this.code = code;
  }
}

function outOfMemory() {
  return new LaqError("out_of_memory", "out of memory: WebAssembly has 4 GiB at most, and a browser may give less");
}
function errorOf(status, message) {
  const code = codes[status - 1] ?? "unsupported";
  return code == "out_of_memory" ? outOfMemory() : new LaqError(code, message);
}

// The bytes of a file as the module takes them.
function bytesOf(file) {
  if (file instanceof ArrayBuffer) return new Uint8Array(file);
  if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  throw new TypeError("laq: a file is an ArrayBuffer, a Uint8Array or another view of bytes");
}

// Reads the numbers of an answer one after the other; apps/web/modules writes them in the same order.
class Answer {
  constructor(memory, place, count) {
    this.memory = memory;
    this.numbers = new Float64Array(memory.buffer, place, count);
    this.at = 0;
  }
  number() { return this.numbers[this.at++]; }
  // A copy of bytes, as elements of a type.
  elements(Type) {
    const place = this.number(), bytes = this.number();
    return new Type(this.memory.buffer.slice(place, place + bytes));
  }
  optionalBytes() {
    const bytes = this.elements(Uint8Array);
    return bytes.length > 0 ? bytes : undefined;
  }
}

function readPicture(answer) {
  const picture = {
    width: answer.number(), height: answer.number(), channels: answer.number(), depth: answer.number(),
    orientation: answer.number() };
  const [primaries, transfer, isFullRange] = [answer.number(), answer.number(), answer.number() != 0];
  picture.codePoints = primaries > 0 ? { primaries, transfer, isFullRange } : undefined;
  picture.icc = answer.optionalBytes();
  picture.exif = answer.optionalBytes();
  picture.xmp = answer.optionalBytes();
  picture.samples = answer.elements(picture.depth > 8 ? Uint16Array : Uint8Array);
  return picture;
}

export class Decoder {
  #exports = null;
  // A module's memory never shrinks: after a call that took more bytes, the next one begins with a new memory.
  _keptMemory = 2 ** 27;

  // module: the WebAssembly.Module of laq-decoder.wasm or laq-encoder.wasm. It can be sent to workers.
  constructor(module) {
    this.module = module;
  }

  get version() { return this.#text(this._instance().laq_web_version()); }
  holdsArray(file) { return this.#withBytes(bytesOf(file), (exports, at, size) => exports.laq_web_holds_array(at, size) != 0); }
  decode(file, options) { return this.#read("laq_web_decode", file, options, readPicture); }
  inspect(file) {
    return this._call(bytesOf(file), (exports, at, size) => exports.laq_web_inspect(at, size), (answer) => ({
      width: answer.number(), height: answer.number(), channels: answer.number(), depth: answer.number(),
      orientation: answer.number(), format: answer.number(), quality: answer.number(),
      tune: answer.number() == 0 ? "perceptual" : "psnr" }));
  }
  trace(file, options) {
    return this.#read("laq_web_trace", file, options, (answer) => {
      const trace = {
        picture: readPicture(answer), tileWidth: answer.number(), tileHeight: answer.number(), baseStep: answer.number(),
        payloadBytes: answer.number(), blocks: [] };
      const rows = answer.elements(Float32Array);
      for (let i = 0; i < rows.length; i += 8) {
        const [x, y, width, height, group, mode, step, bits] = rows.subarray(i, i + 8);
        trace.blocks.push({ x, y, width, height, group, mode: modes[mode], step, bits });
      }
      return trace;
    });
  }
  decodeArray(file, options) {
    return this.#read("laq_web_decode_array", file, options, (answer) => {
      const [type, Type] = elementTypes[answer.number()];
      const sampleRate = answer.number();
      const shape = Array.from({ length: answer.number() }, () => answer.number());
      return { type, shape, sampleRate, data: answer.elements(Type) };
    });
  }

  #read(name, file, { maxPixels = 2 ** 30, maxBytes = mostMemory } = {}, read) {
    return this._call(bytesOf(file), (exports, at, size) => exports[name](at, size, maxPixels, Math.min(maxBytes, mostMemory)), read);
  }

  // Calls a function of the module with bytes that are copied there, and reads its answer.
  _call(bytes, call, read) {
    return this.#withBytes(bytes, (exports, at, size) => {
      const status = call(exports, at, size);
      if (status != 0) throw errorOf(status, this.#text(exports.laq_web_message()));
      return read(new Answer(exports.memory, exports.laq_web_numbers(), exports.laq_web_count()));
    });
  }

  #withBytes(bytes, work) {
    const exports = this._instance();
    let at = 0, isSound = false;
    try {
      at = exports.laq_web_allocate(bytes.length);
      if (at == 0) throw outOfMemory();
      new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
      const result = work(exports, at, bytes.length);
      isSound = true;
      return result;
    } catch (error) {
      isSound = error instanceof LaqError && error.code != "out_of_memory";
      // What is no error of the library's is the module's end, or a RangeError where there is no memory for a copy.
      throw error instanceof LaqError ? error : outOfMemory();
    } finally {
      if (isSound) exports.laq_web_release(at);
      if (!isSound || exports.memory.buffer.byteLength > this._keptMemory) this.#exports = null;
    }
  }

  // The module with its memory; a new one where the last one has ended.
  _instance() {
    if (this.#exports) return this.#exports;
    const imports = {
      env: {
        emscripten_notify_memory_growth() {},
        laq_web_progress: (done) => (this._progress?.(done) === false ? 0 : 1) },
      wasi_snapshot_preview1: { proc_exit() { throw outOfMemory(); } } };
    try {
      this.#exports = new WebAssembly.Instance(this.module, imports).exports;
    } catch (error) {
      throw error instanceof RangeError ? outOfMemory() : error;
    }
    this.#exports._initialize();
    return this.#exports;
  }

  #text(at) {
    const bytes = new Uint8Array(this._instance().memory.buffer, at);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }
}

export class Encoder extends Decoder {
  _keptMemory = Infinity;  // the original stays there
  #original = null;
  #holder = null;          // the instance that has it

  encode(picture, { quality = 80, effort = 5, onProgress } = {}) {
    this.#hand(picture);
    this._progress = onProgress;
    try {
      return this._call(nothing, (exports) => exports.laq_web_encode(quality, effort), (answer) => answer.elements(Uint8Array));
    } finally {
      this._progress = undefined;
    }
  }
  ssimulacra2(picture, file) {
    this.#hand(picture);
    return this._call(bytesOf(file), (exports, at, size) => exports.laq_web_score(at, size), (answer) => answer.number());
  }

  #hand(picture) {
    if (this.#original === picture && this.#holder === this._instance()) return;
    const { width, height, channels = 3, depth = 8, samples } = picture;
    if (samples.length != width * height * channels) throw new LaqError("invalid_argument", `laq: ${width}x${height} pixels of ${channels} channels have ${width * height * channels} samples, not ${samples.length}`);
    if (samples.BYTES_PER_ELEMENT != (depth > 8 ? 2 : 1)) throw new LaqError("invalid_argument", `laq: samples of ${depth} bits are a Uint${depth > 8 ? 16 : 8}Array`);
    this._call(bytesOf(samples), (exports, at) => exports.laq_web_set_original(at, width, height, channels, depth), () => {});
    this.#original = picture;
    this.#holder = this._instance();
  }
}

// The module that `source` is: its address, its bytes, a Response, or a WebAssembly.Module.
async function moduleOf(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  const address = source instanceof Response ? null : new URL(source, import.meta.url);
  if (address?.protocol == "file:" && globalThis.process?.versions?.node) {
    const { readFile } = await import("node:fs/promises");
    return WebAssembly.compile(await readFile(address));
  }
  const response = address ? await fetch(address) : source;
  if (!response.ok) throw new LaqError("unsupported", `laq: ${response.url} cannot be loaded (${response.status})`);
  return WebAssembly.compile(await response.arrayBuffer());
}

export async function loadDecoder(source = "laq-decoder.wasm") { return new Decoder(await moduleOf(source)); }
export async function loadEncoder(source = "laq-encoder.wasm") { return new Encoder(await moduleOf(source)); }

// Where a sample of the upright picture stands in the stored one, by the orientation of Exif: [its column, its row].
const places = {
  1: (x, y) => [x, y], 2: (x, y, w) => [w - 1 - x, y], 3: (x, y, w, h) => [w - 1 - x, h - 1 - y], 4: (x, y, w, h) => [x, h - 1 - y],
  5: (x, y) => [y, x], 6: (x, y, w, h) => [y, h - 1 - x], 7: (x, y, w, h) => [w - 1 - y, h - 1 - x], 8: (x, y, w) => [w - 1 - y, x] };

export function toImageData({ width, height, channels, depth, orientation, codePoints, samples }) {
  const isTurned = orientation > 4;
  const columns = isTurned ? height : width, rows = isTurned ? width : height;
  const pixels = new Uint8ClampedArray(columns * rows * 4);
  const place = places[orientation] ?? places[1];
  const scale = 255 / (2 ** depth - 1);
  const isGray = channels < 3, hasAlpha = channels % 2 == 0;
  for (let y = 0, to = 0; y < rows; ++y) {
    // Along a row, samples stand at equal distances.
    const [x0, y0] = place(0, y, width, height), [x1, y1] = place(1, y, width, height);
    let from = (y0 * width + x0) * channels;
    const step = ((y1 - y0) * width + x1 - x0) * channels;
    for (let x = 0; x < columns; ++x, from += step, to += 4) {
      pixels[to] = samples[from] * scale;
      pixels[to + 1] = samples[isGray ? from : from + 1] * scale;
      pixels[to + 2] = samples[isGray ? from : from + 2] * scale;
      pixels[to + 3] = hasAlpha ? samples[from + channels - 1] * scale : 255;
    }
  }
  const isP3 = codePoints?.primaries == 12 && codePoints.transfer == 13;
  return new ImageData(pixels, columns, rows, isP3 ? { colorSpace: "display-p3" } : undefined);
}
