// deno-lint-ignore-file no-console
/**
 * `command.sh` for systems without a shell, by `deno task start`: prints what `deno run -q` is to be given, or with the
 * argument `repository` the path of the model repository as one grant. It may list the
 * environment, which the gateway may not, and is gone before that starts: it has no signals to pass on and no orphans.
 */
import { immichAddress, listenAddress, tritonAddress } from "./config/addresses.ts";
import { CODE_FOLDERS } from "./config/code_folders.ts";
import { parseConfig, SETTING_NAMES } from "./config/config.ts";
import type { Config } from "./config/config_fields.ts";
import { urlPorts } from "./config/url_fields.ts";

const CGROUPS = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
/** One word of a command and one grant of a list; drives of Windows have colons and backslashes. */
const PLAIN = /^[A-Za-z0-9.:/\\_@+=[\]-]+$/;
const NAME = /^GATEWAY_\w*$/;

/** The words, for a configuration that is read from these variables. */
function commandOf(config: Config, names: readonly string[]): string[] {
  return [
    ...["-P=serve", "--no-prompt", `--allow-read=${readable(config)}`],
    `--allow-net=${addresses(config)}`,
    // Whom the hosts of images are believed by.
    ...config.urlInput === "off" ? [] : ["--allow-sys=ca"],
    "--v8-flags=--no-memory-reducer,--expose-gc,--max-semi-space-size=16",
    ...["--unstable-no-legacy-abort", "--unstable-net", "gateway/main.ts"],
    ...names.length === 0 ? [] : [`--settings=${names.join(",")},`],
  ];
}

function readable({ modelRepository, engine, tritonSharedMemory }: Config): string {
  const sharesMemory = engine === "triton" && tritonSharedMemory !== "off";
  return [
    ...[...CODE_FOLDERS, ...CGROUPS],
    ...PLAIN.test(modelRepository) ? [modelRepository] : [],
    ...sharesMemory ? ["/dev/shm"] : [],
  ].join(",");
}

function addresses(config: Config): string {
  const triton = config.engine === "triton" ? [tritonAddress(config)] : [];
  const ports = urlPorts(config).filter((port) => port !== 443);
  const images = config.urlInput === "off" ? [] : [53, 443, ...ports].map(anyHost);
  return [listenAddress(config), ...triton, immichAddress(config), ...images]
    .filter((address) => address !== undefined).join(",");
}

function anyHost(port: number): string {
  return `0.0.0.0/0:${port}`;
}

if (import.meta.main) {
  const env = Deno.env.toObject();
  const names = Object.keys(env).filter((name) => NAME.test(name));
  const known = Object.fromEntries(SETTING_NAMES.map((name) => [name, env[name]]));
  // A bad value stands for its default here: the program then says what is wrong with it, and ends.
  const { config } = parseConfig(known);
  // Two commas are one in Deno's lists.
  const repository = config.modelRepository.replaceAll(",", ",,");
  const isRepository = Deno.args[0] === "repository";
  console.log(isRepository ? repository : commandOf(config, names).join(" "));
}
