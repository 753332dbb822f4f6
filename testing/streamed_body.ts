/** Requests whose bodies arrive as a test says. */

/** A body that arrives chunk by chunk; after the last one it ends, breaks off, or nothing comes any more. */
export function streamed(
  chunks: readonly number[],
  end: "ends" | "breaks" | "stalls",
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const lengths = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const length = lengths.shift();
      if (length !== undefined) controller.enqueue(new Uint8Array(length).fill(lengths.length));
      else if (end === "ends") controller.close();
      else if (end === "breaks") controller.error(new TypeError("error reading a body"));
      else return new Promise(() => {});
    },
  });
}

/** A POST request with a body. */
export function post(body: BodyInit | null, headers: HeadersInit = {}): Request {
  return new Request("http://gateway/embed", { method: "POST", body, headers });
}
