/** Files as a browser's person chooses them, and how far the page is with them. */
import { Buffer } from "node:buffer";
import { testFile } from "../harness.ts";
import type { BrowserPage, InputFile } from "./browser.ts";

/** A file of any content. */
export function file(name: string, bytes: Uint8Array, mimeType = "image/jpeg"): InputFile {
  return { name, mimeType, buffer: Buffer.from(bytes) };
}

/** One of the sample photos. */
export async function photo(name: string): Promise<InputFile> {
  return file(name, await testFile(`photos/${name}`));
}

/** Several of them. */
export async function photos(names: readonly string[]): Promise<InputFile[]> {
  return await Promise.all(names.map(photo));
}

/** Waits until the page counts so many, such as `3 embedded, 1 failed`, and gives back all that it says of them. */
export async function totals(page: BrowserPage, counts: string): Promise<string> {
  const said = page.locator("#totals").filter({
    hasText: new RegExp(`: (0 embedded, )?${counts}\\.`),
  });
  await said.waitFor();
  return await said.innerText();
}
