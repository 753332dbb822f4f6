import assert from "node:assert/strict";
import { patiently } from "./patience.ts";
import { DownloadError, PassingError } from "./transfer.ts";

const url = new URL("http://hub/file");

/** Runs requests that end as told, each after some bytes; `asked` counts them. */
async function run(outcomes: readonly (Error | string)[], bytes: readonly number[] = []) {
  const failures: number[] = [];
  let asked = 0;
  const value = await patiently(() => {
    const outcome = outcomes[asked++];
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  }, {
    url,
    failuresMax: 2,
    backoff: (count) => {
      failures.push(count);
      return Promise.resolve();
    },
    ...bytes.length > 0 && { bytesSoFar: () => bytes[asked] ?? 0 },
  });
  return { value, failures };
}

const passing = new PassingError("cut");

Deno.test("patiently() asks again after what passes, until it is too often in a row", async () => {
  assert.deepEqual(await run(["a"]), { value: "a", failures: [] });
  assert.deepEqual(await run([passing, "a"]), { value: "a", failures: [1] });
  await assert.rejects(run([passing, passing, "a"]), {
    name: "DownloadError",
    message:
      "Cannot download http://hub/file: 2 requests in a row brought nothing, the last one because cut; " +
      "HF_ENDPOINT=URL takes a mirror",
  });
});

Deno.test("patiently() starts to count anew after one that brought bytes", async () => {
  const { failures } = await run([passing, passing, passing, "a"], [0, 5, 6, 7]);
  assert.deepEqual(failures, [1, 1, 1]);
  await assert.rejects(
    run([passing, passing], [0, 5, 5]),
    /the same command goes on from 5 bytes, /,
  );
});

Deno.test("patiently() does not insist on what does not pass", async () => {
  const error = new DownloadError("refused");
  await assert.rejects(run([error, "a"]), error);
});
