/** Immich's requests, as its server makes them in Node and with the settings of docs/clients, against a gateway. */
import assert from "node:assert/strict";
import { startGateway, testFile, type TestGateway } from "../harness.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { bits, json } from "../towers/replies.ts";
import { towerRepository, TOWERS } from "../towers/tower_repository.ts";
import { ADDRESS, readRecipe } from "./recipe.ts";

const CAT = await testFile("photos/cat.jpg");
/** What its settings call the models. */
const NAME = "openclip_vit_b32";
const SETTINGS = settingsOf(await readRecipe("immich", "sh"));

function settingsOf(recipe: string): Record<string, string> {
  const lines = recipe.replaceAll(`${NAME}_text`, TOWERS.text).replaceAll(NAME, TOWERS.image)
    .trim().split("\n");
  return Object.fromEntries(lines.map((line) => {
    const [name = "", ...value] = line.split("=");
    return [name, value.join("=")];
  }));
}

/** What follows the recipe: each task once, and what Immich makes of the replies. */
const ASKS = `
import { readFile } from "node:fs/promises";
const image = new Blob([new Uint8Array(await readFile("a.jpg"))]);
const [modelName, buffalo] = ["ViT-B-32__laion2b-s34b-b79k", "buffalo_l"];
const faces = { "facial-recognition": {
  detection: { modelName: buffalo, options: { minScore: 0.7 } }, recognition: { modelName: buffalo },
} };
const textual = { clip: { textual: { modelName, options: { language: "en" } } } };
const replies = [
  await predict({ clip: { visual: { modelName } } }, "image", image),
  await predict(textual, "text", "a cat"),
  await predict(faces, "image", image),
  await predict({ clip: { visual: { modelName: "ViT-B-32__openai" } } }, "image", image),
  await fetch(new URL("/ping", "http://localhost:8080")),
];
console.log(JSON.stringify(await Promise.all(replies.map(async (reply) =>
  ({ ok: reply.ok, status: reply.status, text: await reply.text() })))));`;

async function runInNode(gateway: TestGateway) {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/a.jpg`, CAT);
  const code = (await readRecipe("immich", "js")) + ASKS;
  const file = `${folder.path}/client.mjs`;
  await Deno.writeTextFile(file, code.replaceAll(ADDRESS, new URL(gateway.url).host));
  const { stdout, stderr } = await new Deno.Command("node", { args: [file], cwd: folder.path })
    .output();
  const decoder = new TextDecoder();
  assert.equal(decoder.decode(stderr), "");
  return JSON.parse(decoder.decode(stdout)) as { ok: boolean; status: number; text: string }[];
}

Deno.test("docs/clients/immich.md has Immich embed as /embed does, its faces found elsewhere, and other models refused", async () => {
  const found = { "facial-recognition": [], imageHeight: 300, imageWidth: 451 };
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const form = await request.formData();
      assert.deepEqual([...form.keys()], ["entries", "image"]);
      assert.deepEqual(await (form.get("image") as File).bytes(), CAT);
      return Response.json(found);
    },
  );
  await using repository = await towerRepository();
  await using gateway = await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository.path,
    ...SETTINGS,
    GATEWAY_IMMICH_UPSTREAM_URL: `http://127.0.0.1:${server.addr.port}`,
  });
  const native = async (body: unknown) => {
    const response = await fetch(`${gateway.url}/embed`, json(body));
    return bits((await response.json()).embedding);
  };
  const [photo, text, faces, other, ping] = await runInNode(gateway);
  const { clip, ...size } = JSON.parse(photo?.text ?? "");
  assert.equal(bits(JSON.parse(clip)), await native({ image: CAT.toBase64() }));
  assert.deepEqual(size, { imageHeight: 300, imageWidth: 451 });
  const words = JSON.parse(text?.text ?? "");
  assert.equal(bits(JSON.parse(words.clip)), await native({ text: "a cat" }));
  assert.deepEqual(JSON.parse(faces?.text ?? ""), found);
  assert.deepEqual([other?.ok, other?.status], [false, 404]);
  assert.deepEqual([ping?.ok, ping?.text], [true, "pong"]);
});
