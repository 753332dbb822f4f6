/** The commands of README.md and the HTTP guide, typed as they stand there, with words and a photo of a camera's size; and a guide's code. */
import assert from "node:assert/strict";
import { startGateway, testFile } from "./harness.ts";
import { bytesOf, segment } from "./jpeg_bytes.ts";
import { temporaryFolder } from "./models/temporary_folder.ts";
import { towerRepository, TOWERS } from "./towers/tower_repository.ts";

const PAGES = ["README.md", "docs/http.md"];
const ADDRESS = "localhost:8080";
/** The first with --json. */
const CURL_MIN = [7, 82];
/** Longer than a command line may be: Linux takes 128 KiB an argument, macOS 1 MiB of all. */
const COMMENTS = 80;
const COMMENT_BYTES = 65_533;

/** Blocks of commands that send photos or words to a gateway at the usual address. */
async function commandsOf(page: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(`../${page}`, import.meta.url));
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block)
    .filter((block) => block.includes(`${ADDRESS}/embed`) || block.includes(`${ADDRESS}/rank`));
}

async function hasCurl(): Promise<boolean> {
  try {
    const { stdout } = await new Deno.Command("curl", { args: ["--version"] }).output();
    const version = /^curl (\d+)\.(\d+)/.exec(new TextDecoder().decode(stdout));
    const [major = 0, minor = 0] = version?.slice(1).map(Number) ?? [];
    const [majorMin = 0, minorMin = 0] = CURL_MIN;
    return major > majorMin || major === majorMin && minor >= minorMin;
  } catch {
    return false;
  }
}

/** A photo of 5 MB, most of which is comments. */
async function cameraPhoto(): Promise<Uint8Array<ArrayBuffer>> {
  const cat = await testFile("photos/cat.jpg");
  const comment = bytesOf(segment(0xfe, new Array(COMMENT_BYTES).fill(0x20)));
  const parts = [cat.subarray(0, 2), ...new Array(COMMENTS).fill(comment), cat.subarray(2)];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

for (const page of PAGES) {
  Deno.test({
    name: `the commands of ${page} embed a camera's photo, and words`,
    ignore: !await hasCurl(),
    fn: async () => {
      await using repository = await towerRepository();
      await using gateway = await startGateway({
        GATEWAY_MODEL_REPOSITORY: repository.path,
        GATEWAY_MODELS: Object.values(TOWERS).join(),
      });
      await using folder = await temporaryFolder();
      const photo = await cameraPhoto();
      await Deno.mkdir(`${folder.path}/testing/photos`, { recursive: true });
      for (const name of ["a.jpg", "b.jpg", "testing/photos/cat.jpg"]) {
        await Deno.writeFile(`${folder.path}/${name}`, photo);
      }
      const blocks = await commandsOf(page);
      assert.ok(blocks.length > 1);
      for (const block of blocks) {
        const commands = block.replaceAll(ADDRESS, new URL(gateway.url).host);
        const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
          // A refusal ends it.
          args: ["-e", "-c", `curl() { command curl -sS --fail-with-body "$@"; }\n${commands}`],
          cwd: folder.path,
        }).output();
        const output = new TextDecoder().decode(stdout);
        assert.equal(new TextDecoder().decode(stderr), "", `${block}${output}`);
        assert.equal(code, 0, `${block}${output}`);
      }
      const counts = [...(await gateway.metrics()).keys()]
        .filter((name) => name.startsWith("gateway_requests_total"));
      assert.ok(counts.length > 0);
      assert.deepEqual(counts.filter((name) => !name.includes('code="ok"')), []);
    },
  });
}

Deno.test("the dialect of docs/how-to-add.md is as it stands in its file", async () => {
  const page = await Deno.readTextFile(new URL("../docs/how-to-add.md", import.meta.url));
  const [, diff = ""] = /```diff\n(\+export const \w+: Dialect[^]*?)```/.exec(page) ?? [];
  const added = diff.replaceAll(/^\+/gm, "");
  const [, path = ""] = /\]\(\.\.\/(gateway\/http\/dialects\/\w+\.ts)\)\. The/.exec(page) ?? [];
  const file = await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
  assert.ok(added.length > 0 && file.includes(added), diff);
});
