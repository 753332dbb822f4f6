/** `--check-config`: the values that will hold, and what would stop the start; the port is not tried. */
import { immichAddress, listenAddress, tritonAddress } from "./config/addresses.ts";
import { describeConfig, settingName } from "./config/config.ts";
import type { Config } from "./config/config_fields.ts";
import type { ModelManifest } from "../models/contract/manifest.ts";
import { proveWords } from "./compose_words.ts";
import { configuredModel, describeModel, readOf } from "./configured_model.ts";
import { effectiveConfig } from "./effective_config.ts";

/** What a configuration comes to. */
export interface CheckedConfig {
  /** Lines of the environment; above a value that was not set as it is, a comment says where it comes from. */
  readonly lines: readonly string[];
  /** A line each; with any, there are no other lines. */
  readonly problems: readonly string[];
}

/** Reads what the start would read, and digests the models' files: half a second for 350 MB. */
export async function checkConfig(config: Config): Promise<CheckedConfig> {
  const problems = await grantProblems(config);
  const manifests: ModelManifest[] = [];
  for (const served of config.models) {
    try {
      const model = await configuredModel(config, served);
      manifests.push(
        await readOf(config, model, async (folder) => {
          const { manifest, golden } = await describeModel(folder);
          await (config.engine === "embedded" ? folder.onnx() : folder.assertExported());
          if (manifest.modality === "text") await proveWords({ manifest, folder, golden });
          return manifest;
        }),
      );
    } catch (error) {
      // Of one repository that cannot be read, each model says the same.
      const problem = oneLine(error);
      if (!problems.includes(problem)) problems.push(problem);
    }
  }
  return { lines: problems.length === 0 ? linesOf(config, manifests) : [], problems };
}

/** What went wrong, without line breaks: a line is one problem. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}

function linesOf(asked: Config, manifests: readonly ModelManifest[]): string[] {
  const { config, origins } = effectiveConfig(asked, manifests);
  const comments = new Map(
    Object.entries(origins).map(([name, origin]) => {
      const value = asked[name as keyof Config];
      return [settingName(name as keyof Config), `# from ${value}: ${origin}`];
    }),
  );
  return Object.entries(describeConfig(config)).flatMap(([name, value]) => {
    const comment = comments.get(name);
    const line = `${name}=${value}`;
    return comment === undefined ? [line] : [comment, line];
  });
}

/** Who starts the program otherwise than by `deno task start` or `command.sh` may have granted too little. */
async function grantProblems(config: Config): Promise<string[]> {
  const immich = immichAddress(config);
  const asked = [
    ["listen on GATEWAY_HOST at GATEWAY_PORT", listenAddress(config)],
    ...config.engine === "triton" ? [["connect to GATEWAY_TRITON_URL", tritonAddress(config)]] : [],
    ...immich === undefined ? [] : [["connect to GATEWAY_IMMICH_UPSTREAM_URL", immich]],
  ] as const;
  const problems: string[] = [];
  for (const [action, address] of asked) {
    const { state } = await Deno.permissions.query({ name: "net", host: address as string });
    if (state === "granted") continue;
    problems.push(
      `Cannot ${action}: Deno was not allowed to use ${address}; deno task start and gateway/command.sh grant what is set`,
    );
  }
  return problems;
}
