import assert from "node:assert/strict";
import { parseProgramArguments } from "../command/program.ts";
import { BENCH_PROGRAM, toBenchOptions } from "./options.ts";

const parse = (args: string[]) => toBenchOptions(parseProgramArguments(BENCH_PROGRAM, args));

Deno.test("toBenchOptions() runs the whole grid over the wan by default, without Python", () => {
  const options = parse([]);
  assert.deepEqual([options.name, options.link.name], ["full", "wan"]);
  assert.deepEqual([options.batches, options.clients], [[1, 4, 8, 16, 32], [1, 8, 16]]);
  assert.ok(!options.ways.includes("python"));
  assert.equal(options.pythonWorkers, 0);
});

Deno.test("toBenchOptions() adds the Python way where there is a service", () => {
  const own = parse(["--python", "--python-workers", "4"]);
  assert.deepEqual([own.ways.includes("python"), own.pythonWorkers], [true, 4]);
  const given = parse(["--service", "http://10.0.0.1:9000/"]);
  assert.deepEqual([given.ways.includes("python"), given.serviceUrl], [
    true,
    "http://10.0.0.1:9000",
  ]);
});

Deno.test("toBenchOptions() takes several Tritons", () => {
  const { tritons } = parse([
    "--triton",
    "onnx=http://gpu:8000,vit",
    "--triton",
    "trt=http://gpu:9000,vit_trt,http://gpu:9100",
  ]);
  assert.deepEqual(tritons, [
    { name: "onnx", httpUrl: "http://gpu:8000", grpcUrl: "http://gpu:8001", model: "vit" },
    { name: "trt", httpUrl: "http://gpu:9000", grpcUrl: "http://gpu:9100", model: "vit_trt" },
  ]);
});

Deno.test("toBenchOptions() takes a link of one's own", () => {
  const { link } = parse(["--link", "lan", "--mbit", "5"]);
  assert.deepEqual(link, { name: "custom", rttMs: 0.5, mbitPerSecond: 5 });
});

Deno.test("toBenchOptions() refuses what makes no sense", () => {
  for (
    const args of [
      ["--ways", "pigeon"],
      ["--batches", "0"],
      ["--link", "moon"],
      ["--triton", "http://gpu:8000"],
      ["--name", "../x"],
      ["--size", "1"],
    ]
  ) assert.throws(() => parse(args), TypeError);
});
