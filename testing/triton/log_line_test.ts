import assert from "node:assert/strict";
import { readableLogLine } from "./log_line.ts";

Deno.test("readableLogLine() keeps time, level and message", () => {
  const cases: [string, string | undefined][] = [
    [
      'I1121 04:03:04.634972 29837 grpc_server.cc:2558] "Started GRPCInferenceService at 127.0.0.1:18011"',
      "04:03:04.634 info  Started GRPCInferenceService at 127.0.0.1:18011",
    ],
    [
      'E1121 04:03:04.237279 29837 model_lifecycle.cc:642] "failed to load \'a\': \\"b\\""',
      "04:03:04.237 error failed to load 'a': \"b\"",
    ],
    ["W1121 04:03:04.237279 1 a.cc:1] unquoted", "04:03:04.237 warn  unquoted"],
    ["Signal (15) received.", "Signal (15) received."],
    ['  File "model.py", line 3, in execute', '  File "model.py", line 3, in execute'],
  ];
  for (const [line, expected] of cases) assert.equal(readableLogLine(line), expected);
});

Deno.test("readableLogLine() drops tables and what every start without a GPU says", () => {
  const silent = [
    "I1121 04:03:04.624528 29837 server.cc:631] ",
    "+-------------+------+",
    "| Backend     | Path |",
    "",
    'E1121 04:03:04.235733 29837 server.cc:241] "CudaDriverHelper has not been initialized."',
  ];
  for (const line of silent) assert.equal(readableLogLine(line), undefined);
});
