// deno-lint-ignore-file no-console
/** `deno task capacity`: what keeps a GPU busy, from measured costs of the gateway. */
import { type Parsed, positive, runProgram, UsageError } from "../command/program.ts";
import { readResult } from "../bench/report/result_file.ts";
import { readInputs } from "./inputs.ts";
import { capacityTable } from "./table.ts";

const PROGRAM = {
  help: `Usage: deno task capacity [options]

Prints cores, processes, bandwidth and cost to keep GPUs busy, as a Markdown table; docs/capacity.md says how to read it.

  --result NAME   costs of photos as bench --photo-sizes measured them: a name in bench/results, or a path; without it
                  those of the committed measurements
  --gpu-price N   of a GPU and hour, in any currency; without it there is no cost
  --core-price N  of a core and hour (0.05)`,
  options: {
    result: { type: "string" },
    "gpu-price": { type: "string" },
    "core-price": { type: "string" },
  },
} as const;

async function run({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const { result, "gpu-price": gpuPrice, "core-price": corePrice } = values;
  if (corePrice && !gpuPrice) throw new UsageError("--core-price needs --gpu-price");
  const inputs = await readInputs();
  const sizes = result === undefined ? inputs.sizes : await sizesOf(result);
  const prices = gpuPrice === undefined ? undefined : {
    gpuHour: positive("gpu-price", gpuPrice),
    coreHour: positive("core-price", corePrice ?? "0.05"),
  };
  console.log(capacityTable({ ...inputs, sizes }, prices));
}

async function sizesOf(result: string) {
  const { name, photoSizes } = await readResult(result, Deno.env.get("INIT_CWD"));
  if (photoSizes.length > 0) return photoSizes;
  throw new Error(`No photo sizes are in ${name}: bench --photo-sizes measures them`);
}

if (import.meta.main) await runProgram(PROGRAM, run);
