/** One list of cases for every client: Deno, Node from the tarball, a browser's bundle of it, and Python from the wheel. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import * as sdk from "../../client/mod.ts";
import { Shrinker } from "../../client/shrink/shrinker.ts";
import { ERROR_CATALOGUE } from "../../gateway/contract/catalogue.ts";
import { startGateway, testFile } from "../harness.ts";
import { json } from "../towers/replies.ts";
import { towerRepository, TOWERS } from "../towers/tower_repository.ts";
import { compile } from "../../client/npm/pack_main.ts";
import { findBrowser, installSdks, runTool } from "./installation.ts";
import { runCases } from "./runner.mjs";
import { type ScriptedReply, ScriptedServer } from "./scripted_server.ts";

const KEY = "a-key-of-test-0123456";
const CAT = await testFile("photos/cat.jpg");
const TEXT = "a cat";

/** What a case asks for, and what is to come of it. */
interface Case {
  readonly name: string;
  readonly script?: readonly ScriptedReply[];
  readonly key?: string;
  /** Behind the gateway's URL. */
  readonly path?: string;
  readonly shrink?: true;
  readonly inputs: readonly CaseInput[];
  readonly expect: {
    readonly results?: readonly (string | ExpectedResult)[];
    readonly fatal?: string;
    /** At the end of what is said of it. */
    readonly says?: string;
    readonly requests?: number;
    readonly waitMsMin?: number;
  };
}
interface CaseInput {
  readonly photo?: string;
  readonly bytes?: number;
  readonly text?: string;
  readonly words?: number;
}
interface ExpectedResult {
  readonly ok?: true;
  readonly truncated?: true;
  readonly code?: string;
}
interface Result {
  readonly vector?: readonly number[];
  readonly truncated?: boolean;
  readonly space?: string;
  readonly preprocessId?: string;
  readonly modelDigest?: string;
  readonly code?: string;
}
interface Outcome {
  readonly results: readonly Result[];
  readonly fatal?: string;
  readonly message?: string;
}
/** What the gateway's own reply is. */
type Known = Readonly<Record<string, Result>>;
type Run = (plan: unknown, server: ScriptedServer) => Promise<readonly Outcome[]>;

const allCases: readonly Case[] = JSON.parse(
  new TextDecoder().decode(await testFile("sdk/cases.json")),
);
const installation = await installSdks();

const RUNS: Readonly<Record<string, Run>> = {
  deno: (plan) => runCases({ ...sdk, Shrinker }, plan) as Promise<readonly Outcome[]>,
  node: async (plan) => {
    const { folder } = installation;
    await Deno.copyFile(new URL("./runner.mjs", import.meta.url), `${folder}/runner.mjs`);
    const main = `import * as client from "triton-edge-client";
      import { Shrinker } from "triton-edge-client/shrink";
      import { runCases } from "./runner.mjs";
      import { readFileSync } from "node:fs";
      console.log(JSON.stringify(await runCases({ ...client, Shrinker }, JSON.parse(readFileSync(0, "utf8")))));`;
    await Deno.writeTextFile(`${folder}/main.mjs`, main);
    return JSON.parse(
      await runTool({
        ...{ cwd: folder, program: "node", args: ["main.mjs"], input: JSON.stringify(plan) },
      }),
    );
  },
  browser: runInBrowser,
  python: async (plan) => {
    const runner = fileURLToPath(new URL("./runner.py", import.meta.url));
    const { folder, python } = installation;
    const said = await runTool({
      ...{ cwd: folder, program: python, args: [runner], input: JSON.stringify(plan) },
    });
    const { outcomes, retryable } = JSON.parse(said);
    const codes = Object.entries(ERROR_CATALOGUE).filter(([, { retryable }]) => retryable);
    assert.deepEqual(retryable, ["unreachable", ...codes.map(([code]) => code)].sort());
    return outcomes;
  },
};

async function runInBrowser(plan: unknown, server: ScriptedServer): Promise<readonly Outcome[]> {
  const { folder } = installation;
  await Deno.copyFile(new URL("./runner.mjs", import.meta.url), `${folder}/runner.mjs`);
  const entry = `import * as client from "triton-edge-client";
    import { Shrinker } from "triton-edge-client/shrink";
    import { runCases } from "./runner.mjs";
    globalThis.run = (plan) => runCases({ ...client, Shrinker }, plan);`;
  const text = await runTool({
    cwd: folder,
    program: "node",
    args: [
      "node_modules/esbuild/bin/esbuild",
      ...["--bundle", "--minify", "--format=esm", "--target=es2022"],
    ],
    input: entry,
  });
  server.files.set("/bundle.js", { type: "text/javascript", text });
  const page = `<!doctype html><title>t</title><script type="module" src="/bundle.js"></script>`;
  server.files.set("/page", { type: "text/html", text: page });
  const { chromium } = createRequire(`file://${folder}/`)("playwright-core");
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: ["--no-sandbox"],
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(`${server.url}/page`);
    await tab.waitForFunction("globalThis.run");
    return await tab.evaluate(`run(${JSON.stringify(plan)})`);
  } finally {
    await browser.close();
  }
}

for (const [client, run] of Object.entries(RUNS)) {
  // There is no decoder of ours in Python.
  const cases = allCases.filter(({ shrink = false }) => !(shrink && client === "python"));
  Deno.test(`the client of ${client} does all ${cases.length} cases as every other`, async (test) => {
    await using repository = await towerRepository();
    await using gateway = await startGateway({
      GATEWAY_MODEL_REPOSITORY: repository.path,
      GATEWAY_MODELS: [TOWERS.image, TOWERS.text].join(),
      GATEWAY_API_KEYS: KEY,
    });
    await using server = new ScriptedServer(cases.map(({ script = [] }) => script), gateway.url);
    const cat = await embedded(gateway.url, { image: CAT.toBase64() });
    const mark = "png.224.shortest.bicubic.pillow13.none.portable";
    const known = {
      cat,
      shrunk: { ...cat, preprocessId: `${cat.preprocessId}+${mark}` },
      text: await embedded(gateway.url, { text: TEXT }),
    };
    const gatewayUrl = client === "browser" ? `${server.url}/gateway` : gateway.url;
    const plan = cases.map((
      { expect: _, script, inputs, path = "", key = KEY, ...order },
      number,
    ) => ({
      ...order,
      key,
      url: script === undefined
        ? `${gatewayUrl}${path}`
        : `${server.url}/script/${client}/${number}`,
      inputs: inputs.map(inputOf),
    }));
    const outcomes = await run(plan, server);
    for (const [number, expected] of cases.entries()) {
      await test.step(expected.name, () => {
        const outcome = outcomes[number];
        assert.ok(outcome !== undefined);
        check(expected, outcome, known);
        const { atMs } = server.visits(client, number);
        const { requests = atMs.length, waitMsMin = 0 } = expected.expect;
        assert.equal(atMs.length, requests);
        assert.ok((atMs.at(-1) ?? 0) - (atMs[0] ?? 0) >= waitMsMin, `${atMs}`);
      });
    }
  });
}

Deno.test("the types of the tarball are good for a program of Node 20 and of browsers", async () => {
  const { folder } = installation;
  const program = `import { Shrinker } from "triton-edge-client/shrink";
    import { embedAll, EmbeddingClient, VectorSet } from "triton-edge-client";
    const { shrink } = new Shrinker({ as: "jpeg" });
    const client = new EmbeddingClient({ url: "https://a", shrink });
    const vectors = new VectorSet<number>();
    for await (const outcome of embedAll(client, [{ tag: 1, read: async () => ({ text: "a" }) }])) {
      if ("error" in outcome) throw outcome.error;
      vectors.add(outcome.tag, outcome.embedding);
    }
    export const tag: number | undefined = vectors.nearest(await client.embed({ text: "a" }), 1)[0]?.tag;`;
  await Deno.writeTextFile(`${folder}/program.mts`, program);
  await compile(folder, [
    ...[
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--lib",
      "es2022,dom",
      "--module",
      "nodenext",
    ],
    "program.mts",
  ]);
});

function inputOf({ photo, bytes, text, words }: CaseInput) {
  if (photo !== undefined) return { photo: CAT.subarray(0, bytes ?? CAT.length).toBase64() };
  return { text: text ?? "word ".repeat(words ?? 0) };
}

function check({ expect }: Case, outcome: Outcome, known: Known): void {
  assert.equal(outcome.fatal, expect.fatal, JSON.stringify(outcome));
  assert.ok(expect.says === undefined || outcome.message?.endsWith(expect.says), outcome.message);
  for (const [index, expected] of (expect.results ?? []).entries()) {
    const result = outcome.results[index] ?? {};
    if (typeof expected === "string") {
      assert.deepEqual(result, { ...known[expected], truncated: false });
    } else {
      assert.equal(result.code, expected.code);
      assert.equal(result.vector === undefined, expected.code !== undefined);
      assert.equal(result.truncated ?? false, expected.truncated ?? false);
    }
  }
}

async function embedded(url: string, body: unknown): Promise<Result> {
  const init = json(body, { authorization: `Bearer ${KEY}` });
  const response = await fetch(`${url}/embed`, init);
  const { embedding } = await response.json();
  return {
    vector: [...Float32Array.from(embedding)],
    space: response.headers.get("x-embedding-space") ?? "",
    preprocessId: response.headers.get("x-preprocess-id") ?? "",
    modelDigest: response.headers.get("x-model-digest") ?? "",
  };
}
