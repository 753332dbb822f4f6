import assert from "node:assert/strict";
import { FakeHubRepositories } from "../../testing/models/fake_hub_repositories.ts";
import { hubUrl } from "./hub.ts";
import { readHubText } from "./hub_text.ts";

/** A hub with one file of these bytes, and what it takes to read it. */
function hubWith(content: Uint8Array<ArrayBuffer>) {
  const hub = new FakeHubRepositories();
  hub.add("owner/name", { "file.txt": content });
  const spec = { repo: "owner/name", revision: "main", file: "file.txt" };
  const options = {
    url: hubUrl(hub.endpoint, spec),
    bytesMax: 4,
    stallMsMax: 10_000,
    failuresMax: 1,
    backoff: () => Promise.resolve(),
  };
  return { hub, options, [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() };
}

Deno.test("readHubText() reads UTF-8 and the commit it is of", async () => {
  await using test = hubWith(new TextEncoder().encode("né"));
  assert.deepEqual(await readHubText(test.options), { text: "né", commit: "a".repeat(40) });
});

Deno.test("readHubText() refuses a text that is too long, and what is none", async () => {
  const refusals: [number[], RegExp][] = [
    [[1, 2, 3, 4, 5], /: it must have at most 4 bytes$/],
    [[0x7b, 0xff], /: it is not UTF-8$/],
  ];
  for (const [bytes, message] of refusals) {
    await using test = hubWith(new Uint8Array(bytes));
    await assert.rejects(readHubText(test.options), { name: "DownloadError", message });
  }
});

Deno.test("readHubText() notices a server that says nothing", async () => {
  await using test = hubWith(new Uint8Array(2));
  const waiting = Promise.withResolvers<Response>();
  await using silent = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => waiting.promise,
  );
  const url = new URL(`http://127.0.0.1:${silent.addr.port}/`);
  await assert.rejects(readHubText({ ...test.options, url, stallMsMax: 50 }), {
    name: "DownloadError",
    message: /brought nothing, the last one because nothing came for 50 ms; /,
  });
  waiting.resolve(new Response());
});
