/** The image's entrypoint, run in a folder whose gateway/start.sh prints what it was given. */
import assert from "node:assert/strict";
import { testPosix } from "../../testing/platform_tests.ts";

const DEPLOY = new URL("../", import.meta.url);
const EXIT_CONFIG = 78;

async function serve(models: string | undefined): Promise<{ code: number; output: string }> {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["gateway", "deploy/model", "deploy/gateway", "model_repository"]) {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    }
    for (const file of ["model/served_models.sh", "gateway/serve.sh"]) {
      await Deno.copyFile(new URL(file, DEPLOY), `${root}/deploy/${file}`);
    }
    await Deno.writeTextFile(
      `${root}/gateway/start.sh`,
      'echo "${GATEWAY_MODELS-unset} with $*"',
    );
    await Deno.writeTextFile(`${root}/model_repository/.hf-hub--Owner--Name`, "name\nname_text\n");
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: ["deploy/gateway/serve.sh", "--check-config"],
      cwd: root,
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin", ...models !== undefined && { GATEWAY_MODELS: models } },
    }).output();
    const decoder = new TextDecoder();
    return { code, output: (decoder.decode(stdout) + decoder.decode(stderr)).trimEnd() };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

for (
  const [models, served] of [
    [undefined, "unset"],
    ["a,b:2", "a,b:2"],
    ["hf-hub:Owner/Name", "name,name_text"],
    ["a, hf-hub:Owner/Name,b:2", "a,name,name_text,b:2"],
  ] as const
) {
  testPosix(
    `serve.sh becomes a gateway of ${served} where GATEWAY_MODELS is ${models}`,
    async () => {
      assert.deepEqual(await serve(models), { code: 0, output: `${served} with --check-config` });
    },
  );
}

testPosix("serve.sh says what of the hub was not made", async () => {
  const { code, output } = await serve("a,hf-hub:Owner/Other");
  assert.equal(code, EXIT_CONFIG);
  assert.match(
    output,
    /no model of hf-hub:Owner\/Other in model_repository: run the service model/,
  );
});
