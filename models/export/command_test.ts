import assert from "node:assert/strict";
import { type Command, HELP, parseCommand } from "./command.ts";

const defaults: Command = {
  action: "export",
  batching: undefined,
  isJson: false,
  repository: "model_repository",
  version: undefined,
  vocabulary: undefined,
  weights: undefined,
  models: ["dct_512"],
};

Deno.test("parseCommand() exports the model that needs nothing unless told otherwise", () => {
  assert.deepEqual(parseCommand([]), defaults);
  assert.deepEqual(
    parseCommand(
      "a b --weights w --vocabulary v --batching throughput --model-version 2 --repository r"
        .split(" "),
    ),
    {
      ...defaults,
      models: ["a", "b"],
      weights: "w",
      vocabulary: "v",
      batching: "throughput",
      version: "2",
      repository: "r",
    },
  );
});

Deno.test("parseCommand() checks and lists all models unless told otherwise", () => {
  for (const action of ["check", "list"] as const) {
    const expected = { ...defaults, action };
    assert.deepEqual(parseCommand([`--${action}`]), { ...expected, models: undefined });
    assert.deepEqual(parseCommand([`--${action}`, "a"]), { ...expected, models: ["a"] });
  }
  assert.deepEqual(parseCommand(["--list", "--json"]), {
    ...defaults,
    action: "list",
    isJson: true,
    models: undefined,
  });
  assert.deepEqual(parseCommand(["--config-only"]), { ...defaults, action: "config" });
  assert.deepEqual(parseCommand(["--help", "--check", "hf-hub:a/b"]), {
    ...defaults,
    action: "help",
    models: [{ repo: "a/b", revision: "main", name: undefined }],
  });
});

Deno.test("parseCommand() tells models of a hub from those of the repository", () => {
  const model = { repo: "owner/CLIP-ViT_B.32", revision: "main", name: undefined };
  assert.deepEqual(parseCommand(["a", "hf-hub:owner/CLIP-ViT_B.32"]), {
    ...defaults,
    models: ["a", model],
  });
  assert.deepEqual(
    parseCommand(["hf-hub:owner/CLIP-ViT_B.32", "--name", "b32", "--revision", "v1.0"]),
    { ...defaults, models: [{ ...model, name: "b32", revision: "v1.0" }] },
  );
});

const refusals: [string, RegExp][] = [
  ["--batching fast", /must be latency or throughput: current value is fast$/],
  ["--seed 1", /--seed/],
  ["--check --list", /choose one of/],
  ["--check --config-only", /choose one of/],
  ["--json", /but for --list$/],
  ["--name x", /--name but for one hf-hub:OWNER\/NAME$/],
  ["a --name x", /--name but for one/],
  ["hf-hub:a/b hf-hub:a/c --name x", /--name but for one/],
  ["hf-hub:a/b hf-hub:a/c --revision x", /--revision but for one/],
  ["--check hf-hub:a/b", /name models of the repository$/],
  ["--list hf-hub:a/b", /name models of the repository$/],
  ...["hf-hub:", "hf-hub:b", "hf-hub:a/b/c", "hf-hub:../b", "hf-hub:a/..", "hf-hub:a/b?c"].map(
    (model): [string, RegExp] => [model, /a hub's is hf-hub:OWNER\/NAME: current value is hf-hub:/],
  ),
  ["hf-hub:a/b --revision ../x", /branch, tag or commit: current value is \.\.\/x$/],
  ["--model-version 0", /a number from 1 on: current value is 0$/],
  ["--model-version v2", /current value is v2$/],
  ["--model-version 1/../2", /current value is 1\/\.\.\/2$/],
];
for (const [args, message] of refusals) {
  Deno.test(`parseCommand() does not take ${args}`, () => {
    const command = parseCommand(args.split(" "));
    assert.ok(command instanceof TypeError, JSON.stringify(command));
    assert.match(command.message, message);
  });
}

Deno.test("HELP names every option", () => {
  for (
    const option of [
      ...["batching", "check", "config-only", "list", "model-version", "name", "repository"],
      ...["revision", "vocabulary", "weights"],
    ]
  ) {
    assert.match(HELP, new RegExp(`--${option} `));
  }
  for (const line of HELP.split("\n")) assert.ok(line.length <= 100, line);
});
