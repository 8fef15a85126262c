// Types of laq.js.

export type LaqErrorCode =
  | "invalid_argument" // an option or a picture that no call can accept
  | "limit_exceeded"   // larger than the limits of the call
  | "not_laq"          // the bytes are no LAQ file
  | "unsupported"      // another format number, a file of another kind, or a picture of floating-point samples
  | "truncated"        // the bytes end too early
  | "corrupt"          // a checksum or a value is wrong
  | "out_of_memory"    // WebAssembly has 4 GiB at most
  | "cancelled";       // onProgress returned false

/** What went wrong, and what to do about it. */
export class LaqError extends Error {
  readonly code: LaqErrorCode;
}

export type Bytes = ArrayBuffer | ArrayBufferView;
/** Where a module comes from: an address (relative to laq.js), its bytes, a response, or the module itself. */
export type ModuleSource = string | URL | Response | Bytes | WebAssembly.Module;

/** Interleaved samples, the top row first; rows have no gaps. */
export interface Samples {
  width: number;
  height: number;
  /** 1 gray, 2 gray and alpha, 3 RGB (if left out), 4 RGB and alpha, which is not multiplied in. */
  channels?: 1 | 2 | 3 | 4;
  /** Significant bits of a sample, 1 to 16; 8 if left out. */
  depth?: number;
  /** Uint16Array if depth is above 8. */
  samples: Uint8Array | Uint8ClampedArray | Uint16Array;
}

export interface Picture extends Required<Samples> {
  /** 1 to 8 as in Exif. The samples stand as they are stored; toImageData turns them. */
  orientation: number;
  /** Code points of ITU-T H.273, if the file has them. */
  codePoints?: { primaries: number; transfer: number; isFullRange: boolean };
  icc?: Uint8Array;
  exif?: Uint8Array;
  xmp?: Uint8Array;
}

export interface Info {
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
  depth: number;
  orientation: number;
  /** Number of the format. */
  format: number;
  /** What the encoder was asked for, 0 to 100. */
  quality: number;
  tune: "perceptual" | "psnr";
}

/** A leaf of the partition: samples that are predicted and transformed together. */
export interface Block {
  x: number;
  y: number;
  /** 4 to 64; blocks may reach up to 7 samples beyond the picture. */
  width: number;
  height: number;
  /** 0: gray or colour; 1: alpha. */
  group: number;
  mode: string;
  /** Quantization step of the first plane, in 1/256 of the range of samples. */
  step: number;
  /** What the file spends on the block. */
  bits: number;
}

export interface Trace {
  picture: Picture;
  tileWidth: number;
  tileHeight: number;
  baseStep: number;
  payloadBytes: number;
  blocks: Block[];
}

export interface LaqArray {
  /** float16 and bfloat16 are given as the bits of their elements. */
  type: "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "float32" | "float64" | "int64" | "uint64" | "float16" | "bfloat16";
  /** The slowest side first. */
  shape: number[];
  /** Elements a second along the last side; 0 if unknown. */
  sampleRate: number;
  data: Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array | BigInt64Array | BigUint64Array;
}

/** A file beyond the limits is refused before memory is taken for it. */
export interface Limits {
  /** Pixels, or elements of an array; 2^30 if left out. */
  maxPixels?: number;
  /** Memory beside the file; what WebAssembly has, if left out. */
  maxBytes?: number;
}

/** Calls do their work at once; a worker keeps a page free. Every function may throw a LaqError. */
export class Decoder {
  constructor(module: WebAssembly.Module);
  /** For workers, which begin with `new Decoder(module)`. */
  readonly module: WebAssembly.Module;
  readonly version: string;
  decode(file: Bytes, limits?: Limits): Picture;
  /** Verifies the checksums and decodes nothing. */
  inspect(file: Bytes): Info;
  /** The picture and how it is coded. */
  trace(file: Bytes, limits?: Limits): Trace;
  holdsArray(file: Bytes): boolean;
  decodeArray(file: Bytes, limits?: Limits): LaqArray;
}

export interface EncodeOptions {
  /** 0 to 100, the SSIMULACRA 2 to expect of a photograph; 80. */
  quality?: number;
  /** 1 (fastest) to 9 (smallest); 5. */
  effort?: number;
  /** Told the share of the work that is done; false cancels. */
  onProgress?: (done: number) => boolean | void;
}

/** A picture that is the same object as in the last call is not copied again: its samples must not have changed. */
export class Encoder extends Decoder {
  encode(picture: Samples, options?: EncodeOptions): Uint8Array;
  /** The score of a file's picture against the original: 100 identical, 90 hardly to be told apart, 70 high quality. */
  ssimulacra2(picture: Samples, file: Bytes): number;
}

export function loadDecoder(source?: ModuleSource): Promise<Decoder>;
export function loadEncoder(source?: ModuleSource): Promise<Encoder>;

/** The picture upright, in 8 bits, with alpha. ICC profiles are not applied: colours are taken as sRGB, or Display P3 by their code points. */
export function toImageData(picture: Picture): ImageData;
