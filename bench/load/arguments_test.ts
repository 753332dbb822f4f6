import assert from "node:assert/strict";
import { parseLoadArguments } from "./arguments.ts";

const URL_ARGUMENTS = ["--way", "gateway-raw", "--url", "http://127.0.0.1:9/"];

Deno.test("parseLoadArguments() asks for a closed loop unless a rate is given", () => {
  const closed = parseLoadArguments([...URL_ARGUMENTS, "--clients", "8", "--batch", "4"]);
  assert.deepEqual(closed?.pattern, { kind: "closed", clients: 8 });
  assert.deepEqual([closed?.batch, closed?.target.url], [4, "http://127.0.0.1:9"]);
  const open = parseLoadArguments([...URL_ARGUMENTS, "--rate", "50.5"]);
  assert.deepEqual(open?.pattern, { kind: "open", perSecond: 50.5, inflightMax: 256 });
});

Deno.test("parseLoadArguments() refuses what makes no sense", () => {
  assert.throws(
    () => parseLoadArguments(["--url", "http://a"]),
    /--way must be one of triton-json/,
  );
  assert.throws(() => parseLoadArguments(["--way", "python"]), /--url must be a URL/);
  assert.throws(() => parseLoadArguments([...URL_ARGUMENTS, "--batch", "x"]), /--batch must be/);
  assert.throws(() => parseLoadArguments([...URL_ARGUMENTS, "--size", "7"]), /--size must be/);
  assert.equal(parseLoadArguments(["--help"]), undefined);
});
