import assert from "node:assert/strict";
import { plainMessage } from "./plain_message.ts";

const refusedBy = (call: () => unknown): Error => {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was refused");
};

Deno.test("plainMessage() names what is not there, whatever was to be done with it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "plain message " });
  const path = `${folder}/it's not here`;
  try {
    const tried = [() => Deno.readTextFileSync(path), () => Deno.statSync(path)];
    for (const call of [...tried, () => [...Deno.readDirSync(path)]]) {
      const told = plainMessage(refusedBy(call));
      assert.match(told, /^Cannot use .*not here: there is no such file or folder$/);
    }
    await Deno.writeTextFile(`${folder}/file`, "");
    assert.equal(
      plainMessage(refusedBy(() => Deno.mkdirSync(`${folder}/file/x`))),
      `Cannot use ${folder}/file/x: a part of its path is no folder`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("plainMessage() says a path once, and leaves what it does not know", () => {
  const system = "No such file or directory (os error 2): open '/a b'";
  assert.equal(plainMessage(new Error(system)), "Cannot use /a b: there is no such file or folder");
  const told = new Error(`Cannot read result /a b: ${system}`);
  assert.equal(plainMessage(told), "Cannot read result /a b: there is no such file or folder");
  assert.equal(
    plainMessage(new Error(`Cannot read result a: ${system}`)),
    "Cannot read result a: there is no such file or folder: /a b",
  );
  const two = "No such file or directory (os error 2): rename '/a' -> '/b'";
  for (const other of ["", "Odd (os error 999): open '/a'", "No photo was embedded", two]) {
    assert.equal(plainMessage(new Error(other)), other);
  }
});
