/** Tests that let a worker die. Deno prints such an end past everything that could catch it, and a good run reads calm. */
import assert from "node:assert/strict";
import { runTask } from "./task.ts";

const IS_APART = "TEST_APART";
/** As a test's process has it. */
const TASK = Deno.env.get("GATEWAY_JPEG_DECODER") === "portable" ? "test:portable" : "test";

type Register = (name: string, fn: () => Promise<void>) => void;

/**
 * How a file registers a test in which a worker dies of an uncaught error: it runs in a process of its own, whose output
 * is shown only where it failed.
 *
 * @param file URL of the test's file, which has no other test whose name contains its name.
 */
export function deathsOf(file: string, register: Register = Deno.test): Register {
  return (name, fn) => register(name, Deno.env.has(IS_APART) ? fn : () => passesApart(file, name));
}

async function passesApart(file: string, name: string): Promise<void> {
  const args = ["--no-check", `--filter=${name}`, file];
  const { code, stdout, stderr } = await runTask(TASK, args, { env: { [IS_APART]: "1" } });
  const output = stdout + stderr;
  assert.equal(code, 0, output);
  assert.match(output, /^ok \| 1 passed \| 0 failed/m, output);
  assert.match(output, /Uncaught \(in worker/, `no worker died: ${output}`);
}
