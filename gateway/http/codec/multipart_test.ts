import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { GatewayError } from "../../contract/errors.ts";
import { splitParts } from "./multipart.ts";

/** Parts of a body as text, or the message of its refusal. */
function split(text: string, boundary = "AaB03x"): string[] | string {
  try {
    return Array.from(
      splitParts(Uint8Array.from(text, (character) => character.charCodeAt(0)), boundary),
      (part) => String.fromCharCode(...part),
    );
  } catch (error) {
    assert.ok(error instanceof GatewayError, String(error));
    assert.equal(error.code, "invalid_body");
    return error.message;
  }
}

Deno.test("splitParts() takes only lines that begin with the boundary and end behind it for delimiters", () => {
  const inside =
    "x--AaB03xy\n--AaB03x\r--AaB03x\r\n--AaB03xyz\r\n--AaB03x-\r\n --AaB03x\r\n--aab03x";
  assert.deepEqual(split(`--AaB03x\r\n${inside}\r\n--AaB03x--`), [inside]);
});

Deno.test("splitParts() skips what is before and behind, white space behind the boundary, and the last line break", () => {
  assert.deepEqual(split("--AaB03x\r\na\r\n--AaB03x\r\nb\r\n--AaB03x--\r\n"), ["a", "b"]);
  assert.deepEqual(split("\r\n--AaB03x\r\na\r\n--AaB03x--"), ["a"]);
  assert.deepEqual(split("preamble\r\n--AaB03x \t\r\na\r\n--AaB03x-- \r\nepilogue"), ["a"]);
  assert.deepEqual(split("--AaB03x\r\na\r\n--AaB03x--\n"), ["a"]);
  assert.deepEqual(split("--AaB03x--\r\n--AaB03x\r\na\r\n--AaB03x--"), []);
});

Deno.test("splitParts() sees an empty part, whether or not it has line breaks of its own", () => {
  assert.deepEqual(split("--AaB03x\r\n\r\n--AaB03x\r\n--AaB03x--"), ["", ""]);
});

Deno.test("splitParts() refuses a body without its boundary, cut short, or with LF alone for line ends", () => {
  const first = /-- and the boundary of its content-type must begin a line, and CR LF must end it/;
  for (
    const text of ["", "--", "no form", "--AaB03y\r\na\r\n--AaB03y--", "--AaB03x\na\n--AaB03x--"]
  ) {
    assert.match(String(split(text)), first);
  }
  for (const text of ["--AaB03x\r\na", "--AaB03x\r\na\r\n--AaB03x", "--AaB03x\r\na\r\n--AaB03x-"]) {
    assert.match(
      String(split(text)),
      /its last part must end with a line of --, the boundary and --/,
    );
  }
});

Deno.test("splitParts() says of any text what the grammar of RFC 2046 says", () => {
  const boundaries = fc.constantFrom("b", "-", "--", "a-b", "-a ba".padEnd(70, "-"));
  const crumbs = fc.constantFrom(
    "\r\n--",
    "\r\n",
    "\r",
    "\n",
    "--",
    "-",
    " ",
    "\t",
    "a",
    "b",
    "@",
    "@@",
  );
  fc.assert(
    fc.property(boundaries, fc.array(crumbs, { maxLength: 40 }), (boundary, list) => {
      const text = list.join("").replaceAll("@", boundary);
      const given = split(text, boundary);
      assert.deepEqual(
        typeof given === "string" ? undefined : given,
        splitByGrammar(text, boundary),
      );
    }),
    { numRuns: 2000 },
  );
});

/** `undefined` for what is refused. */
function splitByGrammar(text: string, boundary: string): string[] | undefined {
  const line = new RegExp(`\r\n--${boundary}(?:(--)[ \t]*(?=\r\n|\n|$)|[ \t]*(?=\r\n))`, "g");
  const whole = `\r\n${text}`;
  const parts: string[] = [];
  let start: number | undefined;
  for (const match of whole.matchAll(line)) {
    if (start !== undefined) parts.push(whole.slice(start, Math.max(start, match.index)));
    if (match[1] !== undefined) return parts;
    start = match.index + match[0].length + 2;
  }
  return undefined;
}
