import assert from "node:assert/strict";
import { LogFile } from "./log_file.ts";

Deno.test("LogFile.follow() hands over new lines until one ends it, or the signal does", async () => {
  const path = await Deno.makeTempFile();
  const write = (text: string) => Deno.writeTextFileSync(path, text, { append: true });
  try {
    const log = new LogFile(path);
    write("old\n");
    const found: string[] = [];
    const controller = new AbortController();
    const following = log.follow((line) => {
      found.push(line);
      return line === "last";
    }, controller.signal);
    write("one\ntw");
    write("o\nlast\nafter\n");
    await following;
    assert.deepEqual(found, ["one", "two", "last"]);
    assert.deepEqual(log.lines(), ["old", "one", "two", "last", "after"]);

    found.length = 0;
    const more = log.follow((line) => found.push(line) === 0, controller.signal);
    write("three\nhalf");
    controller.abort();
    await more;
    assert.deepEqual(found, ["three"]);
  } finally {
    await Deno.remove(path);
  }
});
