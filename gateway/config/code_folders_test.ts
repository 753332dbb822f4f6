import assert from "node:assert/strict";
import { CODE_FOLDERS } from "./code_folders.ts";

const PROJECT = new URL("../../", import.meta.url);

Deno.test("CODE_FOLDERS are folders of this project, and those that gateway/ imports from", async () => {
  for (const folder of CODE_FOLDERS) {
    assert.ok((await Deno.stat(new URL(folder, PROJECT))).isDirectory, folder);
  }
  for (const file of ["main.ts", "compose_words.ts", "compose_photos.ts", "isolate_worker.ts"]) {
    const code = await Deno.readTextFile(new URL(`gateway/${file}`, PROJECT));
    for (const [, folder = ""] of code.matchAll(/from "\.\.\/(\w+)\//g)) {
      assert.ok(CODE_FOLDERS.includes(folder), `${file} imports ${folder}`);
    }
  }
});
