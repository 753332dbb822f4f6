/** What a batch of tensors weighs and costs to write and read, as JSON, base64 and bytes. */
import { tensorsAsBinary } from "../ways/triton_binary.ts";
import { tensorsAsJson } from "../ways/triton_json.ts";
import type { Photo } from "../photos/photo_set.ts";
import { summarize } from "../timing/statistics.ts";

/** One form of a batch. */
export interface MicroRow {
  readonly form: string;
  readonly images: number;
  readonly bytes: number;
  /** Medians. */
  readonly writeMs: number;
  readonly readMs: number;
  readonly repeats: number;
}

/** Images in the batch. */
export const MICRO_BATCH = 32;

interface Form<Body> {
  readonly form: string;
  readonly repeats: number;
  readonly write: (photos: readonly Photo[]) => Body;
  readonly read: (body: Body) => unknown;
  readonly size: (body: Body) => number;
}

/** Runs every form on the same photos. */
export function measureForms(photos: readonly Photo[], repeatsMax = Infinity): MicroRow[] {
  const run = <Body>(form: Form<Body>) => {
    return measureForm({ ...form, repeats: Math.min(repeatsMax, form.repeats) }, photos);
  };
  return [
    run({
      form: "tensors as JSON numbers",
      repeats: 5,
      write: tensorsAsJson,
      read: (text) => Float32Array.from(JSON.parse(text).inputs[0].data as number[]),
      size: (text) => text.length,
    }),
    run({
      form: "tensors as base64 in JSON",
      repeats: 20,
      write: (batch) => JSON.stringify({ data: tensorsAsBinary(batch).body.toBase64() }),
      read: (text) => Uint8Array.fromBase64(JSON.parse(text).data as string),
      size: (text) => text.length,
    }),
    run({
      form: "tensors as bytes",
      repeats: 20,
      write: (batch) => tensorsAsBinary(batch).body,
      // A view: the numbers stay where they arrived.
      read: (bytes) => new DataView(bytes.buffer).getFloat32(bytes.length - 4, true),
      size: (bytes) => bytes.length,
    }),
    run({
      form: "JPEGs as base64 in JSON",
      repeats: 20,
      write: (batch) => JSON.stringify({ images: batch.map(({ jpeg }) => jpeg.toBase64()) }),
      read: (text) =>
        (JSON.parse(text).images as string[]).map((image) => Uint8Array.fromBase64(image)),
      size: (text) => text.length,
    }),
    run({
      form: "JPEGs as bytes",
      repeats: 20,
      write: (batch) => batch.map(({ jpeg }) => jpeg.slice()),
      read: (jpegs) => jpegs.length,
      size: (jpegs) => jpegs.reduce((sum, { length }) => sum + length, 0),
    }),
  ];
}

function measureForm<Body>(form: Form<Body>, photos: readonly Photo[]): MicroRow {
  let body = form.write(photos);
  const writes: number[] = [];
  const reads: number[] = [];
  for (let repeat = 0; repeat < form.repeats; repeat++) {
    const started = performance.now();
    body = form.write(photos);
    const written = performance.now();
    form.read(body);
    writes.push(written - started);
    reads.push(performance.now() - written);
  }
  return {
    form: form.form,
    images: photos.length,
    bytes: form.size(body),
    writeMs: summarize(writes).p50,
    readMs: summarize(reads).p50,
    repeats: form.repeats,
  };
}
