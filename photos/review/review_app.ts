/** The page's server: files of the page for everybody, photos and decisions for who has the token. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Library } from "../library/library.ts";
import type { Photo } from "../library/photo_table.ts";
import { readSettings } from "../scan/exif.ts";
import { NoThumbnail, type Thumbnails } from "../thumbnails/thumbnails.ts";
import type { Access } from "./access.ts";
import type { DecisionLog } from "./decision_log.ts";
import { pageFile, SAFE_HEADERS } from "./page_files.ts";
import type { Regrouping } from "./regrouping.ts";

/** What the server is made of. */
export interface ReviewAppOptions {
  readonly library: Library;
  readonly regrouping: Regrouping;
  readonly log: DecisionLog;
  readonly thumbnails: Thumbnails;
  readonly access: Access;
}

/** Photos whose facts are asked for at once. */
const FACTS_MAX = 500;
const SETTINGS_BYTES = 256 * 1024;
const BODY_BYTES_MAX = 1024 * 1024;
/** Formats that browsers show. */
const SHOWN: Readonly<Record<string, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
};

const id = z.number().int().positive();
const decisionSchema = z.strictObject({
  group: z.array(id).min(1).max(100_000),
  choices: z.array(z.tuple([id, z.enum(["keep", "trash"]).nullable()])).min(1).max(100_000),
});

/** Creates the app; it speaks Fetch's Request and Response and opens no socket. */
export function createReviewApp(options: ReviewAppOptions): Hono {
  const { access, regrouping, log } = options;
  const app = new Hono();
  app.use(async (c, next) => {
    const refusal = access.refuseHost(c.req.raw.headers);
    if (refusal !== undefined) return fail(c, refusal.status, refusal.message);
    await next();
    for (const [name, value] of Object.entries(SAFE_HEADERS)) c.res.headers.set(name, value);
  });
  app.onError((error, c) => {
    if (error instanceof RangeError) return fail(c, 400, error.message);
    return fail(c, 500, error.message);
  });
  app.notFound((c) => fail(c, 404, "There is nothing here"));
  app.get("/", (c) => file(c, "review.html"));
  app.get("/page/:name", (c) => file(c, c.req.param("name")));

  app.use("/api/*", async (c, next) => {
    const refusal = access.refuseData(c.req.raw.headers);
    if (refusal !== undefined) return fail(c, refusal.status, refusal.message);
    await next();
  });
  app.get("/api/library", (c) => c.json(libraryFacts(options)));
  app.get("/api/groups", async (c) => {
    const threshold = Number(c.req.query("threshold") ?? regrouping.threshold);
    if (!(threshold >= 0 && threshold <= 1)) throw new RangeError("A threshold is from 0 to 1");
    // Who moves the slider has given up earlier wishes by now.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (c.req.raw.signal.aborted) return fail(c, 410, "It is not wanted any more");
    return c.json(regrouping.groups(threshold));
  });
  app.get("/api/photos", (c) => {
    const ids = (c.req.query("ids") ?? "").split(",").map(Number);
    if (ids.length > FACTS_MAX) throw new RangeError(`No more than ${FACTS_MAX} photos at once`);
    const photos = ids.map((id) => regrouping.photos.get(id)).filter((photo) =>
      photo !== undefined
    );
    return c.json(photos.map((photo) => factsOf(photo, options.library)));
  });
  app.get("/api/decisions", (c) => c.json(log.all()));
  app.post("/api/decisions", async (c) => {
    const { group, choices } = await bodyOf(c);
    return c.json(log.decide(group, choices));
  });
  app.post("/api/undo", (c) => c.json(log.undo()));
  app.get("/api/photos/:id/settings", (c) => settings(c, options));
  app.get("/api/photos/:id/thumbnail", (c) => thumbnail(c, options));
  app.get("/api/photos/:id/original", (c) => original(c, options));
  return app;
}

function fail(c: Context, status: 400 | 401 | 403 | 404 | 410 | 415 | 421 | 500, message: string) {
  return c.json({ error: message }, status, { ...SAFE_HEADERS });
}

function file(c: Context, name: string): Response | Promise<Response> {
  const found = pageFile(name);
  if (found === undefined) return c.notFound();
  return c.body(found.body, 200, { "content-type": found.type });
}

function libraryFacts({ library, regrouping }: ReviewAppOptions) {
  const { threshold, floor, photos } = regrouping;
  return { root: library.root, photos: photos.size, threshold, floor };
}

function factsOf(photo: Photo, library: Library) {
  const { id, path, bytes, mtimeMs, format, width, height, takenAt, camera } = photo;
  return {
    ...{ id, path, bytes, mtimeMs, format, width, height, takenAt, camera },
    isThere: isThere(library.absolute(path)),
    isShown: format !== undefined && Object.hasOwn(SHOWN, format),
  };
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

async function bodyOf(c: Context): Promise<z.infer<typeof decisionSchema>> {
  const type = c.req.header("content-type") ?? "";
  const length = Number(c.req.header("content-length") ?? NaN);
  if (!type.startsWith("application/json") || !(length <= BODY_BYTES_MAX)) {
    throw new RangeError(`A decision is JSON of ≤ ${BODY_BYTES_MAX} bytes`);
  }
  const parsed = decisionSchema.safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) throw new RangeError(z.prettifyError(parsed.error));
  return parsed.data;
}

function photoOf(c: Context, { regrouping }: ReviewAppOptions): Photo | undefined {
  return regrouping.photos.get(Number(c.req.param("id")));
}

/** Of the file's begin, where cameras write them. */
async function settings(c: Context, options: ReviewAppOptions): Promise<Response> {
  const photo = photoOf(c, options);
  if (photo === undefined) return await c.notFound();
  try {
    using file = await Deno.open(options.library.absolute(photo.path));
    const head = new Uint8Array(SETTINGS_BYTES);
    const count = await file.read(head);
    return c.json(readSettings(head.subarray(0, count ?? 0)));
  } catch {
    return c.json({});
  }
}

async function thumbnail(c: Context, options: ReviewAppOptions): Promise<Response> {
  const photo = photoOf(c, options);
  if (photo === undefined) return await c.notFound();
  const { signal } = c.req.raw;
  try {
    const path = options.library.absolute(photo.path);
    const jpeg = await options.thumbnails.get({ path, digest: photo.digest.toHex(), signal });
    return c.body(jpeg, 200, { "content-type": "image/jpeg" });
  } catch (error) {
    if (error instanceof NoThumbnail || signal.aborted) {
      return fail(c, 410, error instanceof Error ? error.message : "It is not wanted any more");
    }
    throw error;
  }
}

/** The file, while it is what was scanned. */
async function original(c: Context, options: ReviewAppOptions): Promise<Response> {
  const photo = photoOf(c, options);
  if (photo === undefined) return await c.notFound();
  const type = SHOWN[photo.format ?? ""];
  if (type === undefined) return fail(c, 415, "No browser shows this format");
  try {
    const path = options.library.absolute(photo.path);
    const { size, mtime } = await Deno.stat(path);
    if (size !== photo.bytes || mtime?.getTime() !== photo.mtimeMs) {
      return fail(c, 410, "it has changed since it was scanned");
    }
    const { readable } = await Deno.open(path);
    return c.body(readable, 200, { "content-type": type, "content-length": String(size) });
  } catch (error) {
    return fail(c, 410, error instanceof Deno.errors.NotFound ? "it is not there" : String(error));
  }
}
