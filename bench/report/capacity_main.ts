// deno-lint-ignore-file no-console
/** `deno task bench:capacity`: what it takes to keep GPUs busy. */
import { positive, runProgram } from "../../command/program.ts";
import { capacityTable } from "./capacity.ts";
import { readResult } from "./result_file.ts";

const HELP = `Usage: deno task bench:capacity [RESULT] [options]

Prints cores, bandwidth, replicas and cost to keep GPUs busy, as a Markdown table, from a result with the study
photo-sizes: a name in bench/results or a path (full).

  --gpu-price N   of a GPU and hour, in any currency; without it there is no cost
  --core-price N  of a core and hour (0.05)`;

const OPTIONS = {
  "gpu-price": { type: "string" },
  "core-price": { type: "string", default: "0.05" },
} as const;

if (import.meta.main) {
  const program = { help: HELP, options: OPTIONS, allowPositionals: true } as const;
  await runProgram(program, async ({ values, positionals }) => {
    const gpuHour = values["gpu-price"];
    const prices = gpuHour === undefined ? undefined : {
      gpuHour: positive("gpu-price", gpuHour),
      coreHour: positive("core-price", values["core-price"]),
    };
    const { photoSizes } = await readResult(positionals[0] ?? "full");
    console.log(capacityTable(photoSizes, prices));
  });
}
