import assert from "node:assert/strict";
import { compareFiles } from "./gen_proto.ts";

const files = (entries: Record<string, string>) => new Map(Object.entries(entries));

Deno.test("compareFiles() finds nothing in equal folders", () => {
  assert.deepEqual(compareFiles(files({ "a_pb.ts": "a" }), files({ "a_pb.ts": "a" })), []);
});

Deno.test("compareFiles() names changed, missing and stale files in order", () => {
  const committed = files({ "stale_pb.ts": "s", "changed_pb.ts": "old", "equal_pb.ts": "e" });
  const generated = files({ "missing_pb.ts": "m", "changed_pb.ts": "new", "equal_pb.ts": "e" });
  assert.deepEqual(compareFiles(committed, generated), [
    { name: "changed_pb.ts", problem: "differs" },
    { name: "missing_pb.ts", problem: "is missing" },
    { name: "stale_pb.ts", problem: "has no .proto file" },
  ]);
});
