// <laq-image src="photo.laq" alt="A photograph">: a picture that loads like <img>. It has `complete`, `naturalWidth`,
// `naturalHeight` and `decode()`, the events `load` and `error`, and loading="lazy". A worker decodes, so that the page goes
// on. A file that cannot be decoded is an `error` event with the LaqError in its `detail`; the text of `alt` is shown then.
import { Decoder, LaqError, loadDecoder, toImageData } from "./laq.js";

let decoder = null;  // promised once the first picture asks

function load() {
  decoder ??= loadDecoder().then(({ module }) => decoderOf(module));
  decoder.catch(() => { decoder = null; });
  return decoder;
}

// A function that decodes a file to ImageData: in a worker, or here where the page may have none.
function decoderOf(module) {
  const here = new Decoder(module);
  let worker = null;
  const waiting = new Map();
  try {
    worker = new Worker(new URL("laq-image-worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      const { resolve, reject } = waiting.get(data.id);
      waiting.delete(data.id);
      data.image ? resolve(data.image) : reject(new LaqError(data.code, data.message));
    };
    worker.onerror = () => {
      for (const { file, resolve } of waiting.values()) resolve(file);
      waiting.clear();
      worker = null;
    };
    worker.postMessage({ module });
  } catch {
    worker = null;
  }
  let id = 0;
  return async (file) => {
    const answer = worker && (await new Promise((resolve, reject) => {
      waiting.set(++id, { file, resolve, reject });
      worker.postMessage({ id, file });
    }));
    return answer instanceof ImageData ? answer : toImageData(here.decode(file));
  };
}

export class LaqImage extends HTMLElement {
  static observedAttributes = ["src", "alt", "loading"];
  #canvas = document.createElement("canvas");
  #text = document.createElement("span");
  #loading = null;   // the promise of the picture that is loading or shown
  #observer = null;  // while the element waits to come near the window
  #isComplete = true;

  constructor() {
    super();
    const style = document.createElement("style");
    style.textContent = ":host{display:inline-block}:host([hidden]){display:none}canvas{display:block;width:100%;height:100%;object-fit:inherit;object-position:inherit}canvas[hidden]{display:none}";
    this.#canvas.width = this.#canvas.height = 0;
    this.#canvas.hidden = true;
    this.#canvas.setAttribute("role", "img");
    this.attachShadow({ mode: "open" }).append(style, this.#canvas, this.#text);
  }

  get src() { return this.getAttribute("src") ?? ""; }
  set src(address) { this.setAttribute("src", address); }
  get alt() { return this.getAttribute("alt") ?? ""; }
  set alt(text) { this.setAttribute("alt", text); }
  get loading() { return this.getAttribute("loading") == "lazy" ? "lazy" : "eager"; }
  set loading(value) { this.setAttribute("loading", value); }
  get complete() { return this.#isComplete; }
  get naturalWidth() { return this.#canvas.width; }
  get naturalHeight() { return this.#canvas.height; }
  // Ends when the picture is shown; fails with what went wrong.
  async decode() {
    if (!this.#loading) this.#begin();
    await this.#loading;
  }

  connectedCallback() { this.#request(); }
  disconnectedCallback() { this.#observer?.disconnect(); }
  attributeChangedCallback(name, before, after) {
    if (name == "alt") this.#canvas.setAttribute("aria-label", after ?? "");
    else if (before !== after && this.isConnected) this.#request(name == "src");
  }

  #request(isNew = false) {
    if (isNew) this.#loading = null;
    this.#observer?.disconnect();
    this.#observer = null;
    if (this.#loading || !this.src) return;
    if (this.loading == "eager") return this.#begin();
    this.#observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#observer?.disconnect();
      this.#begin();
    }, { rootMargin: "50%" });
    this.#observer.observe(this);
  }

  #begin() {
    this.#isComplete = false;
    const loading = this.#load(new URL(this.src, document.baseURI));
    this.#loading = loading;
    const end = (work) => { if (this.#loading === loading) { this.#isComplete = true; work(); } };
    loading.then((image) => end(() => {
      this.#canvas.width = image.width;
      this.#canvas.height = image.height;
      const colorSpace = image.colorSpace ?? "srgb";
      this.#canvas.getContext("2d", { colorSpace }).putImageData(image, 0, 0);
      this.#canvas.hidden = false;
      this.#text.textContent = "";
      this.dispatchEvent(new Event("load"));
    }), (error) => end(() => {
      this.#canvas.width = this.#canvas.height = 0;
      this.#canvas.hidden = true;
      this.#text.textContent = this.alt;
      this.dispatchEvent(new CustomEvent("error", { detail: error }));
    }));
  }

  async #load(address) {
    const [decode, response] = await Promise.all([load(), fetch(address)]);
    if (!response.ok) throw new LaqError("not_laq", `${address}: ${response.status} ${response.statusText}`.trim());
    return decode(new Uint8Array(await response.arrayBuffer()));
  }
}

if (!customElements.get("laq-image")) customElements.define("laq-image", LaqImage);
