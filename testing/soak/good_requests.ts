/** Requests that must be answered with the known vectors, in every dialect. */
import { FORM_TYPE, formBody } from "./forms.ts";

/** A photo and the vector it must become. */
export interface KnownPhoto {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The embedding's bytes (f32 [dim], little-endian), hex. */
  readonly vector: string;
}

const PHOTOS = new URL("../photos/", import.meta.url);
const GOLDENS = new URL("../goldens/", import.meta.url);
/** What else users have: every kind of JPEG, extreme shapes, other formats. */
const GOLDEN_NAMES = [
  "inputs/cmyk_adobe0_211x157.jpg",
  "inputs/exif_6_tall_260x700.jpg",
  "inputs/gray_1x65500.jpg",
  "inputs/rgb_420_1600x1200.jpg",
  "inputs/rgb_420_3000x4000.jpg",
  "inputs/rgb_420_640x480.jpg",
  "inputs/rgb_444_65500x1.jpg",
  "inputs/rgb_444_static_quality_100_120x90.jpg",
  "inputs/ycck_420_1001x333.jpg",
  "other/gif_animated_60x44.gif",
  "other/png_rgb_300x260.png",
  "other/png_rgba_97x61.png",
  "other/tiff_rgb_97x61_lzw.tif",
];

/** Reads the photos and asks the gateway once for the vector of each. */
export async function readKnownPhotos(url: string): Promise<KnownPhoto[]> {
  const files: URL[] = GOLDEN_NAMES.map((name) => new URL(name, GOLDENS));
  for await (const { name } of Deno.readDir(PHOTOS)) {
    if (name.endsWith(".jpg")) files.push(new URL(name, PHOTOS));
  }
  files.sort((a, b) => a.href < b.href ? -1 : 1);
  const known: KnownPhoto[] = [];
  for (const file of files) {
    const bytes = await Deno.readFile(file);
    const name = file.pathname.split("/").at(-1) as string;
    const headers = { "content-type": "image/jpeg", accept: "application/octet-stream" };
    const response = await fetch(`${url}/embed`, { method: "POST", headers, body: bytes });
    if (response.status !== 200) throw new Error(`Cannot soak: ${name} gave ${response.status}`);
    known.push({ name, bytes, vector: (await response.bytes()).toHex() });
  }
  return known;
}

interface PathInit {
  readonly path: string;
  readonly init: RequestInit;
}

/** A way of asking for embeddings, and of reading the vectors from the reply. */
interface Dialect {
  readonly name: string;
  /** Photos of one request. */
  readonly count: number;
  request(photos: readonly KnownPhoto[]): PathInit | Promise<PathInit>;
  vectors(response: Response): Promise<string[]>;
}

const base64 = ({ bytes }: KnownPhoto) => bytes.toBase64();

/** The bytes of an embedding (f32, little-endian), hex. */
export function hexOf(values: Iterable<number>): string {
  return new Uint8Array(Float32Array.from(values).buffer).toHex();
}

function json(path: string, value: unknown): PathInit {
  const headers = { "content-type": "application/json" };
  return { path, init: { method: "POST", headers, body: JSON.stringify(value) } };
}

const DIALECTS: readonly Dialect[] = [
  {
    name: "raw",
    count: 1,
    request: ([photo]) => {
      const headers = { "content-type": "image/jpeg" };
      return { path: "/embed", init: { method: "POST", headers, body: photo?.bytes ?? null } };
    },
    vectors: async (response) => [hexOf((await response.json()).embedding)],
  },
  {
    name: "json",
    count: 1,
    request: ([photo]) => json("/embed", { image: base64(photo as KnownPhoto) }),
    vectors: async (response) => [hexOf((await response.json()).embedding)],
  },
  {
    name: "data-uri-base64-reply",
    count: 1,
    request: ([photo]) =>
      json("/embed?encoding_format=base64", {
        image: `data:image/jpeg;base64,${base64(photo as KnownPhoto)}`,
      }),
    vectors: async (response) => {
      const { embedding } = await response.json();
      return [Uint8Array.fromBase64(embedding).toHex()];
    },
  },
  {
    name: "multipart",
    count: 2,
    request: (photos) => {
      const body = new FormData();
      for (const { bytes, name } of photos) body.append("images", new File([bytes], name));
      return { path: "/embed", init: { method: "POST", body } };
    },
    vectors: async (response) => (await response.json()).embeddings.map(hexOf),
  },
  {
    name: "multipart of other clients",
    count: 4,
    request: async ([first, second, third, fourth]) => {
      const body = await formBody([
        ['name="file"; filename=""\r\nContent-Type: application/octet-stream', ""],
        ["name=images\r\nContent-Type: image/jpeg", first?.bytes ?? ""],
        ["name=images; filename*=UTF-8''a%20b.jpg", second?.bytes ?? ""],
        ["name=images", third?.bytes ?? ""],
        ["name=image", fourth === undefined ? "" : `data:image/jpeg;base64,${base64(fourth)}`],
        ["name=_charset_", "utf-8"],
        ['name="normalize"\r\nContent-Type: text/plain; charset=utf-8', "true"],
      ]);
      const headers = { "content-type": FORM_TYPE };
      return { path: "/embed", init: { method: "POST", headers, body } };
    },
    vectors: async (response) => (await response.json()).embeddings.map(hexOf),
  },
  {
    name: "batch",
    count: 5,
    request: (photos) => json("/embed/base64", { images: photos.map(base64) }),
    vectors: async (response) => (await response.json()).embeddings.map(hexOf),
  },
  {
    name: "batch-octet-stream",
    count: 3,
    request: (photos) => {
      const { path, init } = json("/embed", { images: photos.map(base64) });
      const headers = { ...init.headers, accept: "application/octet-stream" };
      return { path, init: { ...init, headers } };
    },
    vectors: async (response) => {
      const bytes = await response.bytes();
      const rowBytes = 4 * Number(response.headers.get("x-embedding-shape")?.split(",")[1]);
      return Array.from(
        { length: bytes.length / rowBytes },
        (_, row) => bytes.subarray(row * rowBytes, (row + 1) * rowBytes).toHex(),
      );
    },
  },
  {
    name: "item-by-item",
    count: 3,
    request: (photos) =>
      json("/embed", {
        images: [base64(photos[0] as KnownPhoto), "no base64!", ...photos.slice(1).map(base64)],
        on_error: "item",
      }),
    vectors: async (response) => {
      const { results } = await response.json();
      const [first, bad, ...rest] = results as { embedding?: number[]; error?: { code: string } }[];
      if (bad?.error?.code !== "invalid_base64") return ["no error for the bad item"];
      return [first, ...rest].map((result) => hexOf(result?.embedding ?? []));
    },
  },
];

/** What came of a good request: `ok`, or what was wrong. */
export interface GoodOutcome {
  readonly dialect: string;
  readonly images: number;
  readonly verdict: string;
}

/** Sends the `turn`-th good request and compares every vector with the known one, bit for bit. */
export async function sendGood(
  url: string,
  photos: readonly KnownPhoto[],
  turn: number,
): Promise<GoodOutcome> {
  const dialect = DIALECTS[turn % DIALECTS.length] as Dialect;
  const chosen = Array.from(
    { length: dialect.count },
    (_, index) => photos[(turn * 7 + index * 11) % photos.length] as KnownPhoto,
  );
  const { path, init } = await dialect.request(chosen);
  const outcome = (verdict: string) => ({ dialect: dialect.name, images: dialect.count, verdict });
  const response = await fetch(`${url}${path}`, init);
  if (response.status !== 200) {
    return outcome(`${response.status} ${(await response.text()).slice(0, 200)}`);
  }
  const vectors = await dialect.vectors(response);
  const wrong = chosen.filter(({ vector }, index) => vectors[index] !== vector);
  if (wrong.length > 0) return outcome(`wrong vector of ${wrong.map(({ name }) => name)}`);
  return outcome(vectors.length === chosen.length ? "ok" : `${vectors.length} vectors`);
}
