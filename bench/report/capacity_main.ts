// deno-lint-ignore-file no-console
/**
 * `deno task bench:capacity RESULT [--gpu-price N --core-price N]`: cores, bandwidth, replicas and cost to keep GPUs
 * busy, from a result with the study photo-sizes, as a Markdown table. Prices are an hour's, in any currency.
 */
import { parseArgs } from "node:util";
import { capacityTable } from "./capacity.ts";
import { readResult } from "./result_file.ts";

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    options: { "gpu-price": { type: "string" }, "core-price": { type: "string", default: "0.05" } },
    allowPositionals: true,
  });
  const { photoSizes } = await readResult(positionals[0] ?? "full");
  const gpuHour = values["gpu-price"];
  const prices = gpuHour === undefined
    ? undefined
    : { gpuHour: Number(gpuHour), coreHour: Number(values["core-price"]) };
  console.log(capacityTable(photoSizes, prices));
}
