import assert from "node:assert/strict";
import { unescapeClosedReferences, unescapeReferences } from "./references.ts";

function assertEach(unescape: (text: string) => string, cases: Record<string, string>): void {
  for (const [text, expected] of Object.entries(cases)) {
    assert.equal(unescape(text), expected, text);
  }
}

Deno.test("unescapeReferences() takes names with and without a semicolon", () => {
  assertEach(unescapeReferences, {
    "AT&T &c. & &; &#; &#x; &foo;": "AT&T &c. & &; &#; &#x; &foo;",
    "&eacute;&Eacute;&copy2019": "éÉ©2019",
    "&notit; &notin; &notin": "¬it; ∉ ¬in",
    "&CounterClockwiseContourIntegral;": "∳",
    "&NotEqualTilde;&fjlig;": "≂̸fj",
    "&lt;&ampamp;&LT": "<&amp;<",
    "&😀amp;": "&😀amp;",
  });
});

Deno.test("unescapeReferences() takes numbers by HTML's table, and drops what is no character", () => {
  assertEach(unescapeReferences, {
    "&#65;&#x41;&#X41&#065x": "AAAAx",
    "&#0;&#xD800;&#1114112;&#99999999999999999999;": "\ufffd\ufffd\ufffd\ufffd",
    "&#x80;&#150;&#x81;": "€–\x81",
    "a&#1;&#11;&#x7f;&#xfdd0;&#xffff;&#x1fffe;b": "ab",
    "&#9;&#10;&#12;&#13;&#x1F600;": "\t\n\f\r😀",
  });
});

Deno.test("unescapeClosedReferences() takes what has a semicolon, and Latin names in capitals", () => {
  assertEach(unescapeClosedReferences, {
    "&eacute &copy2019 &notit;": "&eacute &copy2019 &notit;",
    "P&EACUTE;REZ &SZLIG; &nTILDE; &FRAC12;": "PÉREZ SS &nTILDE; ½",
    // HTML would begin with "&LT", and stops nothing from being a name of its own.
    "&LTIMES; &AMP; &GT;": "&LTIMES; & >",
    "&#233; &#xe9; &#59; &#12a; &#;": "é é &#59; &#12a; &#;",
    "&CounterClockwiseContourIntegral;": "&CounterClockwiseContourIntegral;",
  });
});
