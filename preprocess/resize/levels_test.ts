import assert from "node:assert/strict";
import { multiplyDivide255 } from "./levels.ts";

Deno.test("multiplyDivide255() is the rounded quotient for all pairs of levels", () => {
  for (let a = 0; a < 256; a++) {
    for (let b = 0; b < 256; b++) {
      assert.equal(multiplyDivide255(a, b), Math.round(a * b / 255), `${a} × ${b}`);
    }
  }
});
