/** What the page's server and the thread that makes thumbnails say to one another. */

/** A thumbnail is wanted. */
export interface ThumbnailJob {
  readonly id: number;
  /** Absolute. */
  readonly path: string;
  /** SHA-256 that the file must have, in hex. */
  readonly digest: string;
}

/** A thumbnail, or why there is none. */
export type ThumbnailReply =
  | { readonly id: number; readonly jpeg: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly problem: string };
