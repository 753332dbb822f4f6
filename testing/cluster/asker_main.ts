// deno-lint-ignore-file no-console
/**
 * Asks a gateway for embeddings at a steady rate until its standard input ends, and prints a line of JSON a request, as
 * `asked.ts` describes it. A program of its own, since it runs in the cluster's network.
 */
import { oneOf, positive, runProgram, UsageError } from "../../command/program.ts";
import type { Asked } from "./asked.ts";

const PROGRAM = {
  help: `Usage: asker_main.ts URL PHOTO... --rate N [--connections reused|fresh]

Sends all photos as one request, N requests a second, whatever the replies, until standard input ends.`,
  options: {
    rate: { type: "string", default: "60" },
    connections: { type: "string", default: "reused" },
  },
  allowPositionals: true,
} as const;

/** As long as a client with patience would wait. */
const REPLY_MS_MAX = 15_000;

interface Question {
  readonly url: string;
  readonly body: string;
  readonly isFresh: boolean;
}

async function ask({ url, body, isFresh }: Question, dueMs: number): Promise<Asked> {
  const headers = { "content-type": "application/json", ...isFresh && { connection: "close" } };
  const signal = AbortSignal.timeout(REPLY_MS_MAX);
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal });
    const reply = await response.json();
    return {
      dueMs,
      repliedMs: Date.now(),
      status: response.status,
      digest: response.headers.get("x-model-digest"),
      space: response.headers.get("x-embedding-space"),
      // The first numbers of each tell models apart.
      heads: (reply.embeddings ?? []).map((embedding: number[]) => embedding.slice(0, 8)),
      error: reply.error?.code ?? null,
    };
  } catch (error) {
    const nothing = { digest: null, space: null, heads: [] };
    // Layer by layer it is wrapped; the last part is why.
    const reason = String(error).split(": ").at(-1) ?? "";
    return { dueMs, repliedMs: Date.now(), status: 0, ...nothing, error: reason };
  }
}

async function main(question: Question, perSecond: number): Promise<void> {
  const asked: Promise<Asked>[] = [];
  const startedMs = Date.now();
  const timer = setInterval(() => {
    // Those that are due: a timer that is late makes up for it.
    while (asked.length < (Date.now() - startedMs) / 1000 * perSecond) {
      asked.push(ask(question, startedMs + asked.length * 1000 / perSecond));
    }
  }, 5);
  for await (const _ of Deno.stdin.readable) { /* Nothing is said there. */ }
  clearInterval(timer);
  for (const reply of asked) console.log(JSON.stringify(await reply));
}

if (import.meta.main) {
  await runProgram(PROGRAM, async ({ values, positionals: [url, ...paths] }) => {
    if (url === undefined || paths.length === 0) {
      throw new UsageError("URL and PHOTO must be given");
    }
    const photos = await Promise.all(paths.map((path) => Deno.readFile(path)));
    const body = JSON.stringify({ images: photos.map((photo) => photo.toBase64()) });
    const connections = oneOf("connections", values.connections, ["reused", "fresh"]);
    await main({ url, body, isFresh: connections === "fresh" }, positive("rate", values.rate));
    // Connections that are kept open would keep the process alive.
    Deno.exit();
  });
}
