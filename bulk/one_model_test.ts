import assert from "node:assert/strict";
import { embedding } from "../testing/client_embedding.ts";
import { OneModel, OtherModelError } from "./one_model.ts";

const OTHERS = [{ space: "s2" }, { preprocessId: "p2" }, { modelDigest: "d2" }];
const FIRST = embedding({ modelDigest: "d1" });

Deno.test("OneModel lets in whoever made the first vector, and nobody else", () => {
  const model = new OneModel();
  model.admit(FIRST);
  model.admit(embedding({ modelDigest: "d1", madeBy: "https://b" }));
  for (const other of OTHERS) {
    assert.throws(
      () => model.admit(embedding({ modelDigest: "d1", ...other })),
      (error) =>
        error instanceof OtherModelError && !error.isFinal &&
        /Run it again once/.test(error.message),
    );
  }
});

Deno.test("OneModel says that another folder is needed where shards are finished already", () => {
  const model = new OneModel({ ...FIRST, madeBy: "out/a.parquet" });
  model.admit(FIRST);
  assert.throws(
    () => model.admit(embedding({ modelDigest: "d2" })),
    (error) =>
      error instanceof OtherModelError && error.isFinal &&
      /out\/a\.parquet \(space s1, .* model d1\) .*Name another folder by --out/.test(
        error.message,
      ),
  );
});
