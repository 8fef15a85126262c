// Encodes, decodes and scores away from the page, which stays free. The page sends {id, kind, ...}; what it gets back has
// the same id. Ends with the page's worker.terminate(), which is how an encode is given up.
import { Encoder, toImageData } from "../package/laq.js";

let laq = null, original = null;

// A file's picture, then its score, then its blocks: what is seen first comes first.
function show(id, file, encodeTime) {
  const begin = performance.now();
  const picture = laq.decode(file);
  const decodeTime = performance.now() - begin;
  const { width, height, orientation } = picture;
  postMessage({ id, kind: "picture", file, image: toImageData(picture), encodeTime, decodeTime, width, height, orientation });
  const isComparable = original && original.width == width && original.height == height && orientation == 1;
  postMessage({ id, kind: "score", score: isComparable ? laq.ssimulacra2(original, file) : null });
  postMessage({ id, kind: "blocks", blocks: laq.trace(file).blocks.filter((block) => block.group == 0) });
}

const tasks = {
  begin({ module, picture }) {
    laq = new Encoder(module);
    original = picture;
  },
  encode({ id, quality, effort }) {
    const begin = performance.now();
    const file = laq.encode(original, { quality, effort, onProgress: (done) => { postMessage({ id, kind: "progress", done }); } });
    show(id, file, performance.now() - begin);
  },
  open({ id, file }) { show(id, file); },
};

onmessage = ({ data }) => {
  try {
    tasks[data.kind](data);
  } catch (error) {
    postMessage({ id: data.id, kind: "error", message: error.message });
  }
};
