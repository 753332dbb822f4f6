import assert from "node:assert/strict";
import { Calendar, Station } from "./station.ts";

Deno.test("Calendar has events in order of time, and those of one time as they were put in", () => {
  const calendar = new Calendar();
  const happened: string[] = [];
  const put = (atMs: number, name: string) =>
    calendar.at(atMs, () => happened.push(`${name} ${calendar.nowMs}`));
  for (const name of ["a", "b", "c"]) put(5, name);
  put(1, "d");
  calendar.at(5, () => put(5, "e"));
  calendar.run();
  assert.deepEqual(happened, ["d 1", "a 5", "b 5", "c 5", "e 5"]);
});

Deno.test("Station serves in order, as many at once as it has servers, each a batch", () => {
  const calendar = new Calendar();
  const done: string[] = [];
  const station = new Station<string>(calendar, {
    servers: 2,
    batchMax: 3,
    serviceMs: ({ length }) => 10 * length,
    done: (job) => done.push(`${job}${calendar.nowMs}`),
  });
  for (const job of "abcdef") station.push(job);
  calendar.run();
  // Two begin alone, and the others wait for the first that is idle.
  assert.deepEqual(done, ["a10", "b10", "f20", "c40", "d40", "e40"]);
  assert.equal(station.busyMs, 60);
});
