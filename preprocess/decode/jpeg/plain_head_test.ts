import assert from "node:assert/strict";
import type { JpegHeader } from "../../header/jpeg_header.ts";
import { plainHead } from "./plain_head.ts";

const SOI = "ffd8";
const FRAME = "ffc0000301";
const SCAN = "ffda000200ff01ffd9";

/** The head that is left of one, in hex, without the first marker and all from the scan on. */
function plain(head: string): string {
  const bytes = Uint8Array.fromHex(SOI + head + SCAN);
  const header = { firstScanOffset: (SOI + head).length / 2 } as JpegHeader;
  const parts = plainHead(bytes, header);
  const text = parts.map((part) => part.toHex()).join("");
  assert.ok(text.startsWith(SOI) && text.endsWith(SCAN), text);
  return text.slice(SOI.length, text.length - SCAN.length);
}

const cases: readonly (readonly [string, string, string])[] = [
  ["keeps tables and frames as they are", `ffdb0003aa${FRAME}`, `ffdb0003aa${FRAME}`],
  ["leaves out comments", `fffe0004abcd${FRAME}`, FRAME],
  ["leaves out application segments", `ffe10003aaffe20003bbffed0003cc${FRAME}`, FRAME],
  ["leaves out junk and fill bytes", `1234ff00ffffff${FRAME.slice(2)}`, FRAME],
  ["makes JFIF's version 1", "ffe0000a4a46494600050102", "ffe0000a4a46494600010102"],
  [
    "makes Adobe's unknown transforms YCbCr",
    "ffee000e41646f626500640000000002",
    "ffee000e41646f626500640000000001",
  ],
  [
    "keeps Adobe's RGB",
    "ffee000e41646f626500640000000000",
    "ffee000e41646f626500640000000000",
  ],
  ["leaves misplaced markers to the decoder", `ffd9ffd0${FRAME}`, `ffd9ffd0${FRAME}`],
  ["takes impossible lengths for empty segments", `ffdb0000${FRAME}`, `ffdb0000${FRAME}`],
];
for (const [what, head, expected] of cases) {
  Deno.test(`plainHead() ${what}`, () => {
    assert.equal(plain(head), expected);
  });
}
