import assert from "node:assert/strict";
import { ReplyShelf } from "./reply_shelf.ts";

Deno.test("add() keeps equal replies of a speaker once, and others beside them", () => {
  const shelf = new ReplyShelf();
  const [one, other] = [{ description: "one" }, { description: "other" }];
  const ref = (name: string) => ({ $ref: `#/components/responses/${name}` });
  assert.deepEqual(shelf.add("a", { 400: one }), { 400: ref("a.400") });
  assert.deepEqual(shelf.add("a", { 400: other }), { 400: ref("a.400.2") });
  assert.deepEqual(shelf.add("a", { 400: one }), { 400: ref("a.400") });
  assert.deepEqual(shelf.add("b", { 400: one }), { 400: ref("b.400") });
  assert.deepEqual(Object.keys(shelf.replies), ["a.400", "a.400.2", "b.400"]);
});
