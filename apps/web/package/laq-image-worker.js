// Decodes for <laq-image>: the first message has the module, each further one a file.
import { Decoder, toImageData } from "./laq.js";

let decoder = null;

onmessage = ({ data: { module, id, file } }) => {
  if (module) {
    decoder = new Decoder(module);
    return;
  }
  try {
    const image = toImageData(decoder.decode(file));
    postMessage({ id, image }, [image.data.buffer]);
  } catch ({ code = "unsupported", message }) {
    postMessage({ id, code, message });
  }
};
