import assert from "node:assert/strict";
import { problemsOf } from "./checks.ts";
import { readResult, RESULTS_FOLDER } from "./result_file.ts";
import { sampleCell, sampleComparison, sampleResult } from "./sample_result.ts";
import type { Stage } from "./result.ts";

Deno.test("problemsOf() finds none where figures add up", () => {
  assert.deepEqual(problemsOf(sampleComparison()), []);
});

function problemsWith(changes: Parameters<typeof sampleCell>[2]): string {
  return problemsOf(sampleResult([sampleCell("gateway-raw", 32, changes)])).join("\n");
}

Deno.test("problemsOf() misses no stage, byte, image or second", () => {
  const cell = sampleCell("gateway-raw", 32);
  const stagesMs = cell.stagesMs as Record<Stage, number>;
  assert.match(
    problemsWith({ stagesMs: { ...stagesMs, up: stagesMs.up + 2 } }),
    /stages come to 34/,
  );
  assert.match(problemsWith({ bytes: { ...cell.bytes, wireUp: 9_000 } }), /9000 bytes up/);
  assert.match(problemsWith({ bytes: { ...cell.bytes, wireDown: 9_000 } }), /9000 bytes down/);
  assert.match(
    problemsWith({ bytes: { ...cell.bytes, payloadDown: 2000 } }),
    /receives 2000 bytes/,
  );
  assert.match(problemsWith({ images: 4 }), /3 requests hold 4 images/);
  assert.match(problemsWith({ imagesPerSecond: 50 }), /50 images\/s/);
});

Deno.test("problemsOf() wants stages where nothing failed", () => {
  const { stagesMs: _, ...cell } = sampleCell("gateway-raw", 32);
  assert.match(problemsOf(sampleResult([cell])).join(), /has no stages/);
  assert.deepEqual(problemsOf(sampleResult([{ ...cell, errors: { refused: 1 } }])), []);
});

Deno.test("results in bench/results/ add up and name neither hosts nor paths", async () => {
  await Deno.mkdir(RESULTS_FOLDER, { recursive: true });
  for await (const { name } of Deno.readDir(RESULTS_FOLDER)) {
    if (!name.endsWith(".json")) continue;
    const text = await Deno.readTextFile(new URL(name, RESULTS_FOLDER));
    assert.doesNotMatch(text, /\/(?:home|root|work|tmp|Users)\//, name);
    assert.ok(!text.includes(Deno.hostname()), name);
    // Stages and contests of peers are results of another kind.
    if (!("cells" in JSON.parse(text))) continue;
    const result = await readResult(name.replace(".json", ""));
    // A run that failed tells so in its report; only sound ones may stay.
    assert.deepEqual(problemsOf(result), [], name);
  }
});
