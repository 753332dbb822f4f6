// deno-lint-ignore-file no-console
/** `deno task bench:report`: writes pages of results again, and prints what keeps GPUs busy. */
import { type Parsed, positive, runProgram, UsageError } from "../../command/program.ts";
import { capacityTable } from "./capacity.ts";
import { readResult, writeReport } from "./result_file.ts";

const HELP = `Usage: deno task bench:report RESULT… [options]

Writes the pages of results again, after a change of the report. Results are names in bench/results or paths.

  --capacity      prints instead cores, bandwidth, replicas and cost to keep GPUs busy, as a Markdown table
  --gpu-price N   of a GPU and hour, in any currency; without it there is no cost
  --core-price N  of a core and hour (0.05)`;

const PROGRAM = {
  help: HELP,
  allowPositionals: true,
  options: {
    capacity: { type: "boolean", default: false },
    "gpu-price": { type: "string" },
    "core-price": { type: "string" },
  },
} as const;

async function run({ values, positionals }: Parsed<typeof PROGRAM>): Promise<void> {
  if (positionals.length === 0) throw new UsageError("A result is needed");
  const gpuPrice = values["gpu-price"];
  const corePrice = values["core-price"];
  if (corePrice && !gpuPrice) throw new UsageError("--core-price needs --gpu-price");
  const prices = gpuPrice === undefined ? undefined : {
    gpuHour: positive("gpu-price", gpuPrice),
    coreHour: positive("core-price", corePrice ?? "0.05"),
  };
  const from = Deno.env.get("INIT_CWD");
  const results = await Promise.all(positionals.map((name) => readResult(name, from)));
  for (const result of results) {
    const { name, photoSizes } = result;
    if (values.capacity && photoSizes.length === 0) {
      throw new Error(`No photo sizes are in ${name}: bench --photo-sizes measures them`);
    } else if (values.capacity) console.log(capacityTable(photoSizes, prices));
    else for (const file of await writeReport(result)) console.log(`written: ${file}`);
  }
}

if (import.meta.main) await runProgram(PROGRAM, run);
