// The page: opens pictures and LAQ files, has the worker encode, and shows what laq keeps beside the original.
import { loadEncoder } from "../package/laq.js";

const at = (id) => document.getElementById(id);
const frame = at("frame");

// What is open. original: {name, bytes, picture}; shown: the worker's last picture.
const state = { original: null, file: null, shown: null, columns: 1, view: "picture", zoom: 0 };

const numberText = (value, digits = 0) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
function bytesText(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${numberText(bytes / 1e3, bytes < 1e5 ? 1 : 0)} kB` : `${numberText(bytes / 1e6, 2)} MB`;
}
const timeText = (ms) => (ms < 1000 ? `${numberText(ms)} ms` : `${numberText(ms / 1000, 1)} s`);

function setButtons(group, name, value) {
  for (const button of at(group).querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset[name] == value));
}
function showError(message) {
  at("error").textContent = message;
  at("error").hidden = !message;
}

// ---- The worker. What takes long is given up by ending it and beginning another one. ----

let modulePromise = null;  // the compiled module, once it was asked for
let worker = null, lastTask = 0, isBusy = false;

// The module and the worker's script stand in the page itself where it is one file (bundle.py), else beside it.
function loadModule() {
  const packed = at("module");
  modulePromise ??= (async () => {
    if (!packed) return (await loadEncoder(new URL("../package/laq-encoder.wasm", import.meta.url))).module;
    const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
    const wasm = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
    return (await loadEncoder(await wasm.arrayBuffer())).module;
  })();
  return modulePromise;
}
function newWorker() {
  const script = at("worker");
  if (!script) return new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const address = URL.createObjectURL(new Blob([script.textContent], { type: "text/javascript" }));
  const made = new Worker(address);
  URL.revokeObjectURL(address);
  return made;
}

async function beginWorker() {
  worker?.terminate();
  worker = null;
  const task = ++lastTask;
  const module = await loadModule().catch((error) => {
    throw new Error(`This browser cannot run laq: it needs WebAssembly with SIMD and exceptions (${error.message})`);
  });
  if (task != lastTask) return null;
  worker = newWorker();
  worker.onmessage = ({ data }) => receive(data);
  worker.onerror = (event) => receive({ id: lastTask, kind: "error", message: event.message || "The worker ended: the browser may be out of memory" });
  worker.postMessage({ kind: "begin", module, picture: state.original?.picture });
  return worker;
}

async function ask(message) {
  try {
    if (isBusy || !worker) { if (!(await beginWorker())) return; }
    isBusy = true;
    at("progress").className = "";
    at("progress").value = 0;
    worker.postMessage({ ...message, id: ++lastTask });
  } catch (error) {
    showError(error.message);
  }
}

const receivers = {
  progress({ done }) { at("progress").value = done; },
  picture(result) {
    showError("");
    state.shown = { ...result, blocks: state.shown?.blocks ?? [] };
    show();
  },
  score({ score }) {
    at("score").textContent = score === null ? "–" : numberText(score, 1);
    at("score-about").textContent = score === null ? (state.original ? "needs an original of the same size" : "needs the original") : scoreText(score);
  },
  blocks({ blocks }) {
    endTask();
    state.shown.blocks = blocks;
    showMap();
  },
  error({ message }) {
    endTask();
    showError(message);
  },
};
function receive(data) {
  if (data.id == lastTask) receivers[data.kind](data);
}
function endTask() {
  isBusy = false;
  at("progress").className = "is-idle";
}
function scoreText(score) {
  const words = [[90, "hardly to be told apart"], [70, "high quality"], [50, "medium quality"], [30, "low quality"]];
  return (words.find(([least]) => score >= least) ?? [0, "very low quality"])[1];
}

// ---- Files ----

// The samples of a picture that the browser can show, in 8 bits and sRGB.
async function readPicture(file) {
  const bitmap = await createImageBitmap(file).catch(() => { throw new Error(`${file.name}: this browser cannot show such a file`); });
  const { width, height } = bitmap;
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
  let pixels;
  try {
    context.drawImage(bitmap, 0, 0);
    pixels = context.getImageData(0, 0, width, height).data;
  } catch {
    throw new Error(`${file.name}: ${numberText(width)} x ${numberText(height)} pixels are more than this browser gives a page`);
  }
  const channels = isOpaque(pixels) ? 3 : 4;
  return { width, height, channels, depth: 8, samples: channels == 4 ? new Uint8Array(pixels.buffer) : withoutAlpha(pixels) };
}
function isOpaque(pixels) {
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i] != 255) return false;
  return true;
}
function withoutAlpha(pixels) {
  const samples = new Uint8Array(pixels.length / 4 * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    samples[to] = pixels[from];
    samples[to + 1] = pixels[from + 1];
    samples[to + 2] = pixels[from + 2];
  }
  return samples;
}
function imageDataOf({ width, height, channels, samples }) {
  if (channels == 4) return new ImageData(new Uint8ClampedArray(samples), width, height);
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < samples.length; from += 3, to += 4) pixels.set(samples.subarray(from, from + 3), to);
  return new ImageData(pixels, width, height);
}

const isLaq = async (file) => new TextDecoder().decode(await file.slice(0, 3).arrayBuffer()) == "LAQ";

// A picture becomes the original; a LAQ file is shown beside it if both are opened together, else alone.
async function open(files) {
  try {
    showError("");
    let picture = null, laqFile = null;
    for (const file of files) (await isLaq(file)) ? (laqFile = file) : (picture = file);
    if (!picture && !laqFile) return;
    state.original = picture && { name: picture.name, bytes: picture.size, picture: await readPicture(picture) };
    state.file = laqFile && { name: laqFile.name, bytes: new Uint8Array(await laqFile.arrayBuffer()) };
    state.shown = null;
    at("drop").hidden = true;
    at("work").hidden = false;
    document.body.classList.toggle("is-alone", !state.original);
    for (const element of document.querySelectorAll("[data-for=encode]")) element.hidden = Boolean(state.file);
    if (state.original) showOriginal();
    else { at("original-bytes").textContent = "–"; at("original-about").textContent = "not open"; }
    if (await beginWorker()) {
      isBusy = false;
      work();
    }
  } catch (error) {
    showError(error.message);
  }
}

function work() {
  at("score").textContent = "…";
  at("score-about").textContent = "";
  if (state.file) return ask({ kind: "open", file: state.file.bytes });
  return ask({ kind: "encode", quality: Number(at("quality").value), effort: Number(at("effort").value) });
}

// ---- What is seen ----

function paint(canvas, image) {
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").putImageData(image, 0, 0);
}
function setSize(width, height) {
  frame.style.setProperty("--columns", width);
  frame.style.setProperty("--rows", height);
  state.columns = width;
  setZoom();
}
function setZoom() {
  frame.classList.toggle("is-scaled", state.zoom > 0);
  frame.style.setProperty("--zoom", state.zoom / (state.zoom == 1 ? devicePixelRatio : 1));
  const isCoarse = state.zoom > 1 || frame.clientWidth * devicePixelRatio > 2 * state.columns;
  frame.classList.toggle("is-coarse", isCoarse);
}

function showOriginal() {
  const { name, bytes, picture } = state.original;
  setSize(picture.width, picture.height);
  paint(at("original"), imageDataOf(picture));
  at("laq").width = at("laq").height = 0;
  at("map").hidden = true;
  at("original-bytes").textContent = bytesText(bytes);
  at("original-about").textContent = `${name}, ${numberText(picture.width)} x ${numberText(picture.height)}`;
  at("laq-bytes").textContent = at("time").textContent = "…";
  at("laq-about").textContent = at("time-about").textContent = "";
}

function show() {
  const { image, file, encodeTime, decodeTime, width, height } = state.shown;
  if (!state.original) setSize(image.width, image.height);
  paint(at("laq"), image);
  at("laq-bytes").textContent = bytesText(file.length);
  const bits = `${numberText(file.length * 8 / (width * height), 2)} bits a pixel`;
  const share = state.original ? `, ${numberText(100 * file.length / state.original.bytes)} % of the original` : `, ${numberText(image.width)} x ${numberText(image.height)}`;
  at("laq-about").textContent = bits + share;
  at("time").textContent = timeText(encodeTime ?? decodeTime);
  at("time-about").textContent = encodeTime === undefined ? "to decode" : `to encode; ${timeText(decodeTime)} to decode`;
  const save = at("save");
  if (save.href) URL.revokeObjectURL(save.href);
  save.href = URL.createObjectURL(new Blob([file], { type: "image/x-laq" }));
  save.download = (state.file ?? state.original).name.replace(/\.[^.]*$/, "") + ".laq";
  save.hidden = Boolean(state.file);
  showMap();
}

const scale = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];  // as in page.css
function colourOf(share) {
  const place = Math.min(Math.max(share, 0), 1) * (scale.length - 1), i = Math.min(Math.floor(place), scale.length - 2);
  return `rgb(${scale[i].map((from, c) => Math.round(from + (place - i) * (scale[i + 1][c] - from))).join()})`;
}

// How the stored picture lies in the upright one, by its orientation: of a canvas, in units of width and height.
const turns = {
  1: [1, 0, 0, 1, 0, 0], 2: [-1, 0, 0, 1, 1, 0], 3: [-1, 0, 0, -1, 1, 1], 4: [1, 0, 0, -1, 0, 1],
  5: [0, 1, 1, 0, 0, 0], 6: [0, 1, -1, 0, 1, 0], 7: [0, -1, -1, 0, 1, 1], 8: [0, -1, 1, 0, 0, 1] };

// Blocks in the colour of their step, or of what they cost a pixel; on a logarithmic scale.
function showMap() {
  const isPicture = state.view == "picture" || !(state.shown?.blocks.length > 0);
  at("map").hidden = at("legend").hidden = isPicture;
  if (isPicture) return;
  const { blocks, image, orientation } = state.shown;
  const isStep = state.view == "step";
  const floor = 1 / 64;  // bits a pixel; less is drawn as little
  const values = blocks.map((block) => (isStep ? block.step : Math.max(block.bits / (block.width * block.height), floor)));
  const least = values.reduce((a, b) => Math.min(a, b)), most = values.reduce((a, b) => Math.max(a, b));
  const range = Math.log(most / least) || 1;
  const canvas = at("map"), context = canvas.getContext("2d");
  canvas.width = image.width;
  canvas.height = image.height;
  const [a, b, c, d, right, down] = turns[orientation];
  context.setTransform(a, b, c, d, right * image.width, down * image.height);
  blocks.forEach((block, i) => {
    context.fillStyle = colourOf(Math.log(values[i] / least) / range);
    context.fillRect(block.x, block.y, block.width, block.height);
  });
  at("least").textContent = `${isStep ? "Finest step" : "Least"} ${numberText(least, 2)}`;
  at("most").textContent = `${isStep ? "coarsest" : "most"} ${numberText(most, 2)}${isStep ? ", in 1/256 of the range" : " bits a pixel"}`;
}

// ---- What people do ----

at("file").addEventListener("change", (event) => {
  open([...event.target.files]);
  event.target.value = "";
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    document.body.classList.toggle("is-over", kind == "dragover");
    if (kind == "drop") open([...event.dataTransfer.files]);
  });
}
addEventListener("paste", (event) => { if (event.clipboardData.files.length > 0) open([...event.clipboardData.files]); });

let pause = 0;
function change() {
  at("quality-text").textContent = at("quality").value;
  clearTimeout(pause);
  pause = setTimeout(() => { if (state.original) work(); }, isBusy ? 250 : 30);
}
at("quality").addEventListener("input", change);
at("effort").addEventListener("change", change);

at("views").addEventListener("click", (event) => {
  if (!event.target.dataset.view) return;
  state.view = event.target.dataset.view;
  setButtons("views", "view", state.view);
  showMap();
});
at("zooms").addEventListener("click", (event) => {
  if (!event.target.dataset.zoom) return;
  state.zoom = Number(event.target.dataset.zoom);
  setButtons("zooms", "zoom", state.zoom);
  setZoom();
});
addEventListener("resize", setZoom);

function split(percent) {
  const place = Math.min(Math.max(percent, 0), 100);
  frame.style.setProperty("--split", `${place}%`);
  at("line").setAttribute("aria-valuenow", Math.round(place));
}
function splitAt(event) {
  const { left, width } = frame.getBoundingClientRect();
  split(100 * (event.clientX - left) / width);
}
frame.addEventListener("pointerdown", (event) => {
  if (event.button != 0) return;
  frame.setPointerCapture(event.pointerId);
  splitAt(event);
});
frame.addEventListener("pointermove", (event) => { if (frame.hasPointerCapture(event.pointerId)) splitAt(event); });
at("line").addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -2, ArrowRight: 2, Home: -100, End: 100 };
  if (!(event.key in steps)) return;
  event.preventDefault();
  split(Number(at("line").getAttribute("aria-valuenow")) + steps[event.key]);
});

at("file").multiple = true;
endTask();
