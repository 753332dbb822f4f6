/** Sends photos that wait, a few at a time, and waits where the gateway says so. */
import { bytesText } from "./amounts.js";
import { embed, GATEWAY, Problem } from "./gateway.js";

/** Requests in flight, at most. */
const PARALLEL_MAX = 4;
/** A full gateway is asked this often for the same photo. */
const TRIES_MAX = 6;
const RETRY_MS = 1_000;

/** Takes photos from a `Photos`, and from a function the key, options and whether a key is awaited, as they are then. */
export class Sender {
  #photos;
  #settings;
  #onKeyRefused;
  #running = 0;

  constructor(photos, settings, onKeyRefused) {
    this.#photos = photos;
    this.#settings = settings;
    this.#onKeyRefused = onKeyRefused;
    photos.addEventListener("change", () => this.wake());
  }

  /** Whether nothing waits or is on its way. */
  get isIdle() {
    return this.#photos.all.every(({ state }) => state === "done" || state === "failed");
  }

  /** Goes on where it may by now. */
  wake() {
    while (!this.#settings().isKeyAwaited && this.#running < PARALLEL_MAX) {
      const photo = this.#photos.all.find(({ state }) => state === "waiting");
      if (photo === undefined) return;
      this.#running++;
      this.#send(photo).finally(() => {
        this.#running--;
        this.wake();
      });
    }
  }

  async #send(photo) {
    const { signal } = photo.aborter;
    const { key } = this.#settings();
    const finish = (change) => {
      if (!signal.aborted) this.#photos.update(photo, change);
    };
    finish({ state: "sending" });
    try {
      const reply = await this.#embedPatiently(photo, signal);
      finish({ state: "done", reply, vector: reply.vector });
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof Problem
        ? error
        : new Problem(`Cannot send photo: ${error.message}`);
      if (problem.code === "unauthorized") {
        // There may be another key by now.
        if (key === this.#settings().key) this.#onKeyRefused(problem);
        finish({ state: "waiting" });
        return;
      }
      finish({ state: "failed", problem });
    }
  }

  async #embedPatiently({ file, type }, signal) {
    const bytes = await readBytes(file);
    for (let tries = 1;; tries++) {
      try {
        return await embed(bytes, { ...this.#settings(), type, signal });
      } catch (error) {
        if (error.code !== "overloaded" || tries === TRIES_MAX) throw error;
        await pause(error.retryAfterMs ?? RETRY_MS, signal);
      }
    }
  }
}

/** Reads a file first, as a request whose file cannot be read fails like one whose gateway is gone. */
async function readBytes(file) {
  const { imageBytesMax = Infinity } = GATEWAY;
  const { size } = file;
  if (size > imageBytesMax) {
    const message = `Cannot send photo as it has ${bytesText(size)}: limit is ${
      bytesText(imageBytesMax)
    }`;
    throw new Problem(message, { code: "body_too_large" });
  }
  try {
    return await file.arrayBuffer();
  } catch {
    throw new Problem("Cannot read file", { code: "unreadable" });
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
