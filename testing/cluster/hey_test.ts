import assert from "node:assert/strict";
import { parseHey } from "./hey.ts";

const REPORT = `
Summary:
  Total:	1.7654 secs
  Slowest:	0.1021 secs
  Requests/sec:	339.8663

Latency distribution:
  50%% in 0.0213 secs
  99%% in 0.0921 secs

Status code distribution:
  [200]	598 responses
  [503]	1 responses

Error distribution:
  [1]	Post "http://10.255.255.1:30092/embed": EOF
`;

Deno.test("parseHey() counts replies by status, and requests without one", () => {
  assert.deepEqual(parseHey(REPORT), {
    statuses: { "200": 598, "503": 1 },
    errors: 1,
    perSecond: 339.8663,
    p99Ms: 92.1,
  });
});

Deno.test("parseHey() knows a load without errors", () => {
  const [text = ""] = REPORT.split("\nError");
  assert.equal(parseHey(text).errors, 0);
});
