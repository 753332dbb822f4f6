/** Unmodified clients from their registries, as docs/clients has them, against a gateway of images and words. */
import assert from "node:assert/strict";
import { startGateway, testFile, type TestGateway } from "../harness.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { RawClient } from "../raw_client.ts";
import { json } from "../towers/replies.ts";
import { towerRepository, TOWERS } from "../towers/tower_repository.ts";
import { until } from "../until.ts";
import type { ClientProgram } from "./client_program.ts";
import { CLIENT_PROGRAMS, OTHER_PAGES } from "./client_programs.ts";
import { installClients } from "./installation.ts";
import { ADDRESS, readRecipe } from "./recipe.ts";

const KEY = "a-key-of-test-0123456";
const MODEL = "openclip_vit_b32";
const CAT = await testFile("photos/cat.jpg");
const URI = `data:image/jpeg;base64,${CAT.toBase64()}`;
/** Its end is missing. */
const BROKEN = `data:image/jpeg;base64,${CAT.subarray(0, CAT.length >> 1).toBase64()}`;

const ONE_REQUEST = {
  GATEWAY_INFLIGHT_REQUESTS_MAX: "1",
  GATEWAY_BODY_TIMEOUT_MS: "600000",
  GATEWAY_UPLOAD_TIMEOUT_MS: "600000",
  GATEWAY_BODY_BYTES_PER_SECOND_MIN: "0",
};

/** What a program prints. */
interface Outcome {
  readonly recipe: readonly (readonly number[])[];
  readonly asks: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly errors: Readonly<Record<string, readonly string[]>>;
  readonly models: readonly string[] | null;
}

const installation = await installClients();
const pages = new Set([...CLIENT_PROGRAMS.map(({ page }) => page), ...OTHER_PAGES]);

Deno.test("every recipe is run, and has 30 lines at most", async () => {
  const folder = new URL("../../docs/clients/", import.meta.url);
  const found = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  assert.deepEqual(found.sort(), [...pages].map((page) => `${page}.md`).sort());
  for (const name of found) {
    const lines = (await Deno.readTextFile(new URL(name, folder))).trimEnd().split("\n").length;
    assert.ok(lines <= 30, `${name} has ${lines}`);
  }
});

for (const program of CLIENT_PROGRAMS) {
  const { page, language, asks, models } = program;
  Deno.test(`docs/clients/${page}.md in ${language} embeds as /embed does, and throws its own errors`, async () => {
    await using repository = await towerRepository();
    await using gateway = await startGateway({
      GATEWAY_MODEL_REPOSITORY: repository.path,
      GATEWAY_MODELS: [TOWERS.image, TOWERS.text].join(),
      GATEWAY_MODEL_ALIASES: `${MODEL}=${TOWERS.image}`,
      GATEWAY_API_KEYS: KEY,
    });
    const photo = await embedded(gateway, { image: CAT.toBase64() });
    const text = await embedded(gateway, { text: "a cat" });
    const outcome = await runProgram(program, gateway);
    assert.deepEqual(outcome.recipe.map(bits), [photo, text]);
    for (const [name, { errors }] of Object.entries(asks)) {
      assert.deepEqual(outcome.asks[name]?.map(bits), [photo, photo, photo, text], name);
      assert.deepEqual(outcome.errors[name], errors, name);
    }
    if (models !== undefined) assert.deepEqual(outcome.models, [TOWERS.image, MODEL, TOWERS.text]);
  });
}

for (const program of CLIENT_PROGRAMS) {
  const { page, language, refusals } = program;
  if (refusals === undefined) continue;
  Deno.test(`docs/clients/${page}.md in ${language} throws its own errors for an unknown key and at a full gateway`, async () => {
    await using open = await startGateway({ GATEWAY_API_KEYS: KEY });
    await using full = await startGateway({ ...ONE_REQUEST, GATEWAY_API_KEYS: KEY });
    using _ = await held(full);
    const asked = [thrownBy(program, open, "no-key-0123456789")];
    if (refusals.length > 1) asked.push(thrownBy(program, full, KEY));
    assert.deepEqual(await Promise.all(asked), refusals);
  });
}

/** A connection whose request never ends, and is all that its gateway takes. */
async function held({ url }: TestGateway): Promise<RawClient> {
  const client = await RawClient.connect(url);
  const head = ["POST /embed HTTP/1.1", "host: a", `authorization: Bearer ${KEY}`];
  await client.send(
    [...head, "content-type: image/jpeg", "content-length: 9", "", ""].join("\r\n"),
  );
  const init = { method: "POST", body: CAT, headers: { authorization: `Bearer ${KEY}` } };
  await until("the gateway is full", async () => {
    const response = await fetch(`${url}/embed`, init);
    await response.body?.cancel();
    return response.status === 429;
  });
  return client;
}

function bits(embedding: readonly number[]): string {
  return new Uint8Array(Float32Array.from(embedding).buffer).toHex();
}

async function embedded(gateway: TestGateway, body: unknown): Promise<string> {
  const init = json(body, { authorization: `Bearer ${KEY}` });
  const response = await fetch(`${gateway.url}/embed`, init);
  assert.equal(response.status, 200);
  return bits((await response.json()).embedding);
}

/** Runs a recipe, and what is asked behind it. */
async function runProgram(program: ClientProgram, gateway: TestGateway): Promise<Outcome> {
  const end = program.language === "python" ? pythonEnd(program) : jsEnd(program);
  const code = [await readRecipe(program.page, program.language), end].join("\n");
  return JSON.parse(await run(program, addressed(code, gateway, KEY)));
}

/** Runs a recipe alone, and says what it threw. */
async function thrownBy(
  program: ClientProgram,
  gateway: TestGateway,
  key: string,
): Promise<string> {
  const end = program.language === "python"
    ? `
import runpy
try:
    runpy.run_path("recipe")
    print("nothing")
except Exception as error:
    print(type(error).__name__)`
    : `
const nameOf = ({ name, constructor }) => name === "Error" ? constructor.name : name;
import("./recipe.mjs").then(() => console.log("nothing"), (error) => console.log(nameOf(error)));`;
  return await run(
    program,
    end,
    addressed(await readRecipe(program.page, program.language), gateway, key),
  );
}

/** Code as it stands but for the address and the key. */
function addressed(code: string, gateway: TestGateway, key: string): string {
  return code.replaceAll(ADDRESS, new URL(gateway.url).host)
    .replaceAll('"KEY"', JSON.stringify(key)).replaceAll("Bearer KEY", `Bearer ${key}`);
}

/** Runs code in a program's language beside the photo and the recipe, and gives the last line that it prints. */
async function run({ language }: ClientProgram, code: string, recipe = ""): Promise<string> {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/a.jpg`, CAT);
  const isPython = language === "python";
  const file = `${folder.path}/${isPython ? "client.py" : "client.mjs"}`;
  await Deno.writeTextFile(file, code);
  await Deno.writeTextFile(`${folder.path}/${isPython ? "recipe" : "recipe.mjs"}`, recipe);
  if (!isPython) {
    await Deno.symlink(`${installation.folder}/node_modules`, `${folder.path}/node_modules`);
  }
  const command = new Deno.Command(isPython ? installation.python : "node", {
    args: [file],
    cwd: folder.path,
    env: {
      ANONYMIZED_TELEMETRY: "False",
      HAYSTACK_TELEMETRY_ENABLED: "False",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
    },
  });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stderr) + decoder.decode(stdout));
  return decoder.decode(stdout).trim().split("\n").at(-1) ?? "";
}

function pythonEnd({ asks, models }: ClientProgram): string {
  const lambdas = Object.entries(asks)
    .map(([name, { vectors }]) => `${JSON.stringify(name)}: lambda model, values: ${vectors}`);
  return `
import base64 as _base64, json as _json
uri = "data:image/jpeg;base64," + _base64.b64encode(open("a.jpg", "rb").read()).decode()
def _raised(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return "nothing"
_uri = "${URI}"
_rows = lambda rows: [[float(value) for value in row] for row in rows]
_asks = {${lambdas.join(", ")}}
print(_json.dumps({
    "recipe": _rows([photo, text]),
    "asks": {name: _rows([*ask("${MODEL}", [_uri]), *ask("${MODEL}", [_uri, _uri, "a cat"])])
             for name, ask in _asks.items()},
    "errors": {name: [_raised(lambda: ask("nope", ["a cat"])),
                      _raised(lambda: ask("${MODEL}", ["${BROKEN}"]))]
               for name, ask in _asks.items()},
    "models": ${models ?? "None"},
}))`;
}

function jsEnd({ asks, models }: ClientProgram): string {
  const functions = Object.entries(asks)
    .map(([name, { vectors }]) => `${JSON.stringify(name)}: async (model, values) => ${vectors}`);
  return `
const uri_ = "${URI}";
const asks_ = {${functions.join(", ")}};
const outcome_ = { recipe: [photo, text], asks: {}, errors: {}, models: ${models ?? "null"} };
const nameOf_ = ({ name, constructor }) => name === "Error" ? constructor.name : name;
const raised_ = (call) => call.then(() => "nothing", nameOf_);
for (const [name, ask] of Object.entries(asks_)) {
  outcome_.asks[name] = [...await ask("${MODEL}", [uri_]), ...await ask("${MODEL}", [uri_, uri_, "a cat"])];
  outcome_.errors[name] = [
    await raised_(ask("nope", ["a cat"])),
    await raised_(ask("${MODEL}", ["${BROKEN}"])),
  ];
}
console.log(JSON.stringify(outcome_));`;
}
