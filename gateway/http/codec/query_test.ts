import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { readQuery } from "./query.ts";

const read = (query: string) => readQuery(`http://gateway/embed${query}`);

Deno.test("readQuery() reads every parameter, percent-encoded or not", () => {
  for (const query of ["", "?", "?&"]) assert.deepEqual(read(query), {}, query);
  assert.deepEqual(read("?orient=%65xif&&normalize=false"), { orient: "exif", normalize: "false" });
  assert.deepEqual(read("?a=b+c&d&=1&e=%zz"), { a: "b c", d: "", "": "1", e: "%zz" });
  assert.deepEqual(Object.entries(read("?__proto__=1")), [["__proto__", "1"]]);
});

Deno.test("readQuery() refuses a parameter that is given twice and differs", () => {
  assert.deepEqual(read("?orient=exif&orient=exif"), { orient: "exif" });
  for (const query of ["?orient=exif&orient=none", "?orient=exif&orient=", "?a=&a=1", "?a&%61=1"]) {
    assert.equal(thrownBy(() => read(query)).code, "invalid_option", query);
  }
});
