import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { parseHeaderValue } from "./header_value.ts";

const read = (text: string) => {
  const parsed = parseHeaderValue(text);
  return parsed && [parsed.value, Object.fromEntries(parsed.params)];
};

Deno.test("parseHeaderValue() reads values and parameters as clients write them", () => {
  assert.deepEqual(read("text/plain"), ["text/plain", {}]);
  assert.deepEqual(read(" Form-Data ; NAME=image;a ;; b= ; "), [
    "form-data",
    { name: "image", a: "", b: "" },
  ]);
  assert.deepEqual(read('x;a = "1;2" ;b=my photo.jpg;c="фото"'), [
    "x",
    { a: "1;2", b: "my photo.jpg", c: "фото" },
  ]);
  assert.deepEqual(read("x; filename*=UTF-8''a%20b"), ["x", { "filename*": "UTF-8''a%20b" }]);
  assert.deepEqual(read("x; a=1; A=2"), ["x", { a: "1" }], "the first of one name");
  assert.deepEqual(read(String.raw`x; a="C:\tmp\\b \"c\""`), ["x", {
    a: String.raw`C:\tmp\b "c"`,
  }]);
});

Deno.test("parseHeaderValue() reads quotes as browsers write them where they are not the RFC's", () => {
  assert.deepEqual(read(String.raw`x; name="a\"; filename="C:\"`), [
    "x",
    { name: "a\\", filename: "C:\\" },
  ]);
});

Deno.test("parseHeaderValue() gives nothing for a value of another form", () => {
  assert.deepEqual(read(`x${"; a=1".repeat(32)}`), ["x", { a: "1" }]);
  for (
    const text of [`x${"; a=1".repeat(33)}`, 'x; a="b', 'x; a="b"c', 'x; "a"', "x; =a", 'x; a=b"c"']
  ) {
    assert.equal(read(text), undefined, text);
  }
});

Deno.test("parseHeaderValue() reads back any parameters that were quoted", () => {
  const names = fc.stringMatching(/^[a-z*0-9-]{1,8}$/);
  const values = fc.string({ unit: "grapheme" }).filter((value) =>
    !/[\r\n\u2028\u2029]/.test(value)
  );
  fc.assert(fc.property(fc.dictionary(names, values), (params) => {
    const text = Object.entries(params)
      .map(([name, value]) => `; ${name}="${value.replace(/["\\]/g, "\\$&")}"`).join("");
    assert.deepEqual(read(`x${text}`), ["x", { ...params }]);
  }));
});
