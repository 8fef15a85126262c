// Types of laq-image.js, which defines the element <laq-image>.

/** A picture of a LAQ file, which loads like <img>. Events: `load`; `error`, with a LaqError as detail if the file is at fault. */
export class LaqImage extends HTMLElement {
  src: string;
  alt: string;
  loading: "eager" | "lazy";
  readonly complete: boolean;
  /** Pixels of the upright picture; 0 before it is loaded. */
  readonly naturalWidth: number;
  readonly naturalHeight: number;
  /** Ends when the picture is shown; fails with what went wrong. */
  decode(): Promise<void>;
}

declare global {
  interface HTMLElementTagNameMap {
    "laq-image": LaqImage;
  }
}
