/** Tasks that are given what is not there say so in words, at once, and leave nothing half-written behind. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./models/temporary_folder.ts";
import { runTask, TASKS } from "./task.ts";

const RESULTS = fileURLToPath(new URL("../bench/results/", import.meta.url));
/** A port where nobody listens. */
const NOWHERE = "http://127.0.0.1:1";

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

for (
  const [command, code, complaint] of [
    [
      "bench:report nope",
      1,
      /^Cannot read result nope: there is no such file .*\/bench\/results\/nope\.json/,
    ],
    ["bench:report wan nope", 1, /^Cannot read result nope: /],
    ["bench:report peers", 1, /^Cannot read peers as its schema must be 1: it is undefined\n$/],
    ["capacity --core-price 1", 64, /^--core-price needs --gpu-price\n/],
    ["capacity --result nope", 1, /^Cannot read result nope: /],
    ["capacity:fleet --curve 2", 64, /^Cannot read batch curve 2: write 2\+0\.18 /],
    ["capacity:fleet --pods 1.5", 64, /^--pods must be a whole number: it is 1\.5\n/],
    ["capacity:fleet --live", 64, /^--live needs --pods 1\n/],
    ["bench:compare wan nope", 1, /^Cannot read result nope: /],
    ["bench:compare wan wan wan", 64, /^Two results are needed\n/],
    [`bench --smoke --gateway ${NOWHERE}`, 1, /^Cannot reach http:\/\/127\.0\.0\.1:1: /],
    [`bench --smoke --triton a=${NOWHERE},dct_512`, 1, /^Cannot reach http:\/\/127\.0\.0\.1:1: /],
    [`model:compare ${NOWHERE} ${NOWHERE}`, 1, /^Cannot reach http:\/\/127\.0\.0\.1:1: /],
    ["model:compare here there", 64, /^URL must begin with http:\/\/ or https:\/\/: it is here\n/],
    [
      "model --check --repository nowhere",
      64,
      /^Cannot read model repository .*\/nowhere: there is/,
    ],
    ["model a --repository nowhere", 64, /^Cannot find model a in .*: there are dct_512, /],
    ["model dct_521", 64, /^Cannot find model dct_521 in .*: did you mean dct_512\? there are /],
    ["triton --repository nowhere", 64, /^triton: Cannot read model repository .*\/nowhere: /],
    [
      "model --check --repository testing",
      64,
      /^Cannot use model .*\/testing: it has no folder with /,
    ],
    [
      "triton --repository testing",
      64,
      /^triton: Cannot use model .*\/testing: it has no folder with /,
    ],
    ["triton --model dct_521", 64, /^triton: Cannot find model dct_521 .*mean dct_512\?/],
  ] as const
) {
  Deno.test(`deno task ${command} exits ${code} and says why`, async () => {
    const before = await names(RESULTS);
    const [name = "", ...args] = command.split(" ");
    const { code: ended, stderr } = await runTask(name, args);
    assert.match(stderr, complaint);
    assert.equal(ended, code);
    assert.doesNotMatch(stderr, /^ +at /m);
    assert.deepEqual(await names(RESULTS), before);
  });
}

Deno.test("deno task capacity takes a result's path from where it is typed", async () => {
  await using folder = await temporaryFolder();
  await Deno.copyFile(`${RESULTS}wan.json`, `${folder.path}/of mine, here.json`);
  const { code, stdout, stderr } = await runTask(
    "capacity",
    ["--result", "of mine, here.json", "--gpu-price", "0.00035"],
    { cwd: folder.path },
  );
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /cost of 1,000 images \|/);
  assert.doesNotMatch(stdout, /\| +0 \|$/m);
});

Deno.test("deno task model takes a checkpoint from where it is typed, and says what is wrong with it", async () => {
  await using folder = await temporaryFolder();
  const cwd = await Deno.realPath(folder.path);
  for (
    const [argument, complaint] of [
      ["--weights=of mine", `Cannot read weights ${cwd}/of mine: there is no such file\n`],
      ["--weights=.", `Cannot read weights ${cwd}: Is a directory (os error 21)\n`],
    ] as const
  ) {
    const { code, stderr } = await runTask("model", ["openclip_vit_b32", argument], { cwd });
    assert.deepEqual([code, stderr], [1, complaint]);
  }
});

Deno.test("deno task model writes into a repository elsewhere, from where it is typed, and nowhere else", async () => {
  await using folder = await temporaryFolder();
  const repository = `${folder.path}/of models, here`;
  const begun = `${repository}/dct_512/manifest.json, a copy of this project's\n`;
  for (
    const [argument, text] of [
      ["--repository=of models, here", begun],
      ["--repository=~/of models, here", ""],
    ] as const
  ) {
    const { code, stdout, stderr } = await runTask("model", [argument, "--config-only"], {
      cwd: folder.path,
      env: { HOME: folder.path },
    });
    assert.deepEqual([code, stdout, stderr], [
      0,
      `${text}${repository}/dct_512/config.pbtxt\n`,
      "",
    ]);
  }
  assert.deepEqual(await names(`${repository}/dct_512`), ["config.pbtxt", "manifest.json"]);
});

Deno.test("deno task lists what every task does, and those of the project's makers last, by kind", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q"],
    cwd: new URL("../", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const listed = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  const kinds: string[] = [];
  for (const [name, { description }] of Object.entries(TASKS)) {
    assert.ok(listed.includes(`- ${name}\n    // ${description}\n`), name);
    assert.match(description, /^([A-Z][a-z]+s|[A-Z][a-z]+:) .{10,80}$/, name);
    const [kind = "of users"] = /^\w+:/.exec(description) ?? [];
    if (kind !== kinds.at(-1)) kinds.push(kind);
  }
  assert.deepEqual(kinds, ["of users", "Tests:", "Gate:", "Release:", "Build:", "Bench:"]);
});

Deno.test("no task asks on a terminal what it may do", () => {
  for (const [name, { command }] of Object.entries(TASKS)) {
    if (!command.includes("deno run ")) continue;
    // The gateway's command has it as well.
    assert.match(command, /deno run .*--no-prompt/, name);
  }
});
