import assert from "node:assert/strict";
import { readInputs } from "./inputs.ts";
import { capacitySections } from "./studies.ts";

const sections = capacitySections(await readInputs());

/** Numbers of each row of a section, without its head. */
function numbers(name: string): number[][] {
  return (sections[name] ?? "").split("\n").slice(2).map((row) =>
    (row.match(/[\d.,]+/g) ?? []).map((text) => Number(text.replaceAll(",", "")))
  );
}

Deno.test("connections: 8 leave two thirds of 4 pods", () => {
  assert.deepEqual(numbers("connections")[1], [8, 67, 40]);
});

Deno.test("balancing: random arrivals have queues, and random pods the longest", () => {
  const rows = numbers("balancing");
  assert.equal(rows.length, 4);
  for (const [, constant = NaN, turns = NaN, random = NaN, two = NaN] of rows) {
    assert.ok(constant < turns && turns < random && two < random);
  }
});

Deno.test("nodes: many are no worse than one, and a pod a GPU costs little", () => {
  const rows = numbers("nodes");
  const [one, , most] = rows.map(([, , , idler = NaN]) => idler);
  assert.ok((most ?? NaN) <= (one ?? NaN), `${most} ${one}`);
  for (const [, , random = NaN, idler = NaN, pooled = NaN] of rows) {
    assert.ok(idler < random && Math.abs(idler - pooled) < 1);
  }
});

Deno.test("spare: seven of eight pods bear what eight had at 70 %, not what they had at 90 %", () => {
  const left = (load: number) => numbers("spare").find(([all]) => all === load)?.[3];
  assert.ok((left(70) ?? NaN) < 7.7 && (left(85) ?? NaN) > 9, `${left(70)} ${left(85)}`);
  assert.equal(left(90), undefined);
});

Deno.test("line: one original in a hundred makes thumbnails' p99 half an original long", () => {
  const [alone, beside] = numbers("line").map(([, , , p99]) => p99);
  assert.ok((alone ?? NaN) < 2 && (beside ?? NaN) > 20, `${alone} ${beside}`);
});
