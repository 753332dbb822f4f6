/** Weaviate's own client of inference containers, from the Go proxy, with the address of docs/clients, against a gateway. */
import assert from "node:assert/strict";
import { startGateway, testFile } from "../harness.ts";
import { bits, json } from "../towers/replies.ts";
import { towerRepository, TOWERS } from "../towers/tower_repository.ts";
import { installClients } from "./installation.ts";
import { ADDRESS, readRecipe } from "./recipe.ts";

const KEY = "a-key-of-test-0123456";
const MODEL = "openclip_vit_b32";
const BASE64 = (await testFile("photos/cat.jpg")).toBase64();
const [, API = ""] = /^CLIP_INFERENCE_API=(.*)$/m.exec(await readRecipe("weaviate", "sh")) ?? [];

/** What the program reads and writes. */
interface Call {
  readonly origin: string;
  readonly texts?: readonly string[];
  readonly images?: readonly string[];
}
interface Outcome {
  readonly meta: Readonly<Record<string, unknown>> | null;
  readonly textVectors: readonly (readonly number[])[] | null;
  readonly imageVectors: readonly (readonly number[])[] | null;
  readonly error: string;
}

const { weaviate } = await installClients();

async function ask(calls: readonly Call[]): Promise<Outcome[]> {
  const child = new Deno.Command(weaviate, { stdin: "piped", stdout: "piped", stderr: "inherit" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(calls)));
  await writer.close();
  const { stdout } = await child.output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

const rows = (vectors: Outcome["textVectors"] | undefined) => vectors?.map(bits);

Deno.test("docs/clients/weaviate.md has Weaviate's client embed as /embed does, and tell its errors", async () => {
  await using repository = await towerRepository();
  await using gateway = await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: Object.values(TOWERS).join(),
    GATEWAY_MODEL_ALIASES: `${MODEL}=${TOWERS.image}`,
    GATEWAY_API_KEYS: KEY,
  });
  const native = async (body: unknown) => {
    const init = json(body, { authorization: `Bearer ${KEY}` });
    return bits((await (await fetch(`${gateway.url}/embed`, init)).json()).embedding);
  };
  const photo = await native({ image: BASE64, model: MODEL });
  const text = await native({ text: "a cat" });
  const origin = API.replace(ADDRESS, new URL(gateway.url).host).replace("KEY", KEY);
  assert.notEqual(new URL(origin).password, "");
  const [words, image, both, broken, unknown, keyless] = await ask([
    { origin, texts: ["a cat"] },
    { origin, images: [BASE64], texts: [] },
    { origin, texts: ["a cat", "a cat"], images: [BASE64, BASE64] },
    { origin, images: [BASE64.slice(0, 4000)] },
    { origin: origin.replace(MODEL, "nope"), texts: ["a cat"] },
    { origin: gateway.url, texts: ["a cat"] },
  ]);
  assert.deepEqual([rows(words?.textVectors), words?.imageVectors], [[text], []]);
  assert.deepEqual([image?.textVectors, rows(image?.imageVectors)], [[], [photo]]);
  assert.deepEqual([rows(both?.textVectors), rows(both?.imageVectors)], [[text, text], [
    photo,
    photo,
  ]]);
  const { models } = words?.meta ?? {};
  assert.deepEqual((models as { name: string }[]).map(({ name }) => name), [TOWERS.image]);
  assert.match(broken?.error ?? "", /^fail with status 422: .*truncated/);
  assert.match(unknown?.error ?? "", /^fail with status 404: Cannot find model: there are /);
  assert.match(keyless?.error ?? "", /^fail with status 401: .*has no API key/);
});
