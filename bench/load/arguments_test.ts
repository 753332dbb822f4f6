import assert from "node:assert/strict";
import { parseProgramArguments } from "../../command/program.ts";
import { LOAD_PROGRAM, toLoadJob } from "./arguments.ts";

const URL_ARGUMENTS = ["--way", "gateway-raw", "--url", "http://127.0.0.1:9/"];

const parse = (args: string[]) => toLoadJob(parseProgramArguments(LOAD_PROGRAM, args));

Deno.test("toLoadJob() asks for a closed loop unless a rate is given", () => {
  const closed = parse([...URL_ARGUMENTS, "--clients", "8", "--batch", "4"]);
  assert.deepEqual(closed.pattern, { kind: "closed", clients: 8 });
  assert.deepEqual([closed.batch, closed.target.url], [4, "http://127.0.0.1:9"]);
  const open = parse([...URL_ARGUMENTS, "--rate", "50.5"]);
  assert.deepEqual(open.pattern, { kind: "open", perSecond: 50.5, inflightMax: 256 });
});

Deno.test("toLoadJob() refuses what makes no sense", () => {
  assert.throws(() => parse(["--url", "http://a"]), /--way must be of triton-json/);
  assert.throws(() => parse(["--way", "python"]), /--url must be a URL/);
  assert.throws(() => parse([...URL_ARGUMENTS, "--batch", "x"]), /--batch must be/);
  assert.throws(() => parse([...URL_ARGUMENTS, "--size", "7"]), /--size must be/);
});
