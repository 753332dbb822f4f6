import assert from "node:assert/strict";
import { reviewTrial } from "../../testing/review_trial.ts";
import { startReview } from "./review_server.ts";

const OPTIONS = {
  threshold: undefined,
  port: 0,
  signal: new AbortController().signal,
  onProgress: () => {},
};

Deno.test("startReview() serves on loopback, with a token of its own, until it is disposed of", async () => {
  await using trial = await reviewTrial({ "cat.jpg": 0 });
  const servers = await Promise.all(
    [1, 2].map(() => startReview(trial.library, { ...OPTIONS, folder: trial.folder })),
  );
  const [first, second] = servers.map(({ url }) => new URL(url)) as [URL, URL];
  assert.match(String(first), /^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}$/);
  const status = async (page: URL, token: string) => {
    const headers = { authorization: `Bearer ${token.slice(1)}` };
    const reply = await fetch(new URL("api/library", page), { headers });
    await reply.body?.cancel();
    return reply.status;
  };
  assert.deepEqual([await status(first, first.hash), await status(first, second.hash)], [200, 401]);
  for (const server of servers) await server[Symbol.asyncDispose]();
  await assert.rejects(fetch(first));
});

Deno.test("startReview() says that a port is taken", async () => {
  await using trial = await reviewTrial({ "cat.jpg": 0 });
  const options = { ...OPTIONS, folder: trial.folder };
  await using server = await startReview(trial.library, options);
  const port = Number(new URL(server.url).port);
  await assert.rejects(
    startReview(trial.library, { ...options, port }),
    /^Error: Port \d+ is taken/,
  );
});
