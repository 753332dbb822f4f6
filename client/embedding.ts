/** What is embedded, and what comes of it. */

/** A photo as a file's bytes, or words. */
export type Input = Uint8Array<ArrayBuffer> | { readonly text: string };

/** A vector, and what it may be compared with. */
export interface Embedding {
  /** f32 [dim], of length 1. */
  readonly vector: Float32Array<ArrayBuffer>;
  /** Vectors of one space may be compared: `s1-…`, of a checkpoint. */
  readonly space: string;
  /** Fingerprint of all that changes a vector beside the checkpoint. */
  readonly preprocessId: string;
  /** URL of the gateway that made it. */
  readonly madeBy: string;
  /** Whether the end of a text had no influence. */
  readonly isTruncated: boolean;
}

/** Milliseconds of an embedding's way, from outside in. */
export interface Timing {
  /** From the request's start to the reply's end. */
  readonly totalMs: number;
  /** By the gateway's own clock. */
  readonly gatewayMs: number;
  /** The gateway's phases, such as `body`, `preprocess` and `infer` (Server-Timing). */
  readonly phasesMs: Readonly<Record<string, number>>;
}

/** Reads a `Server-Timing` header (W3C): milliseconds by name. */
export function parseServerTiming(header: string | null): Record<string, number> {
  const entries = (header ?? "").split(",").flatMap((entry) => {
    const [, name, duration] = /^\s*([\w-]+)\s*;\s*dur=([\d.]+)/.exec(entry) ?? [];
    return name === undefined ? [] : [[name, Number(duration)] as const];
  });
  return Object.fromEntries(entries);
}
