// deno-lint-ignore-file no-console
/** `deno task chaos`: bad days against a real gateway, and a real Triton; every breach is told. */
import { resolve } from "node:path";
import { oneOf, positive, runProgram, UsageError } from "../../command/program.ts";
import { PHOTO_SIZE_NAMES } from "../photo_set.ts";
import { TestRepository } from "../triton/test_repository.ts";
import { startTriton, type TritonProcess } from "../triton/triton_process.ts";
import { type BadDay, startGateway } from "./bad_day.ts";
import { KnownPhotos } from "./known_photos.ts";
import { formatRows, NOTHING, type Row } from "./row.ts";
import { playOrder, SCENARIOS } from "./scenarios.ts";

const HELP =
  `Usage: deno task chaos [SCENARIO[:PART]]... [--seconds 10] [--short] [--triton] [--json FILE]

Plays bad days against a gateway in a process of its own, with the permissions it is deployed with, and prints a
table: good replies a second, their latency from when they were due, memory, lost replies, wrong embeddings, codes.

${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join("\n")}

All of them are played unless some are named; PART picks one bomb, attack or day of a scenario.

  --seconds N         of each load (default 10, in the short form 2)
  --short             a short form for CI: deaths, lost replies, wrong embeddings, wrong codes, hung probes and
                      memory are judged, speed is not
  --triton            also with a real Triton; needs Linux x86-64 and Python 3.11
  --each              each bomb by itself: what it costs an idle gateway, what it does to good clients, as a table
  --photo-size SIZE   of good photos: 224, 640 or 4000 (default 224)
  --cpus-gateway LIST pins the gateway to cores, such as 0-3 (taskset)
  --cpus-load LIST    pins the load to cores
  --json FILE         writes the rows there, too

Exit codes: 0 nothing was breached; 1 otherwise; 64 for bad arguments.`;

const PHOTO_COUNT = 64;
const SECONDS = { full: "10", short: "2" };
const TRITON_EXIT_SECONDS = 2;

const OPTIONS = {
  seconds: { type: "string" },
  short: { type: "boolean", default: false },
  triton: { type: "boolean", default: false },
  each: { type: "boolean", default: false },
  "photo-size": { type: "string", default: "224" },
  "cpus-gateway": { type: "string" },
  "cpus-load": { type: "string" },
  json: { type: "string" },
} as const;

interface Plan extends Omit<BadDay, "photos" | "triton" | "part" | "report"> {
  readonly withTriton: boolean;
  readonly photoSize: typeof PHOTO_SIZE_NAMES[number];
}

/** Plays what was asked for, with each engine; every row of it. */
async function playAll(names: readonly string[], plan: Plan): Promise<Row[]> {
  const rows: Row[] = [];
  await using photos = await KnownPhotos.create(plan.photoSize, PHOTO_COUNT);
  for (const withTriton of plan.withTriton ? [false, true] : [false]) {
    const order = playOrder(names, { ...plan, withTriton });
    if (order.length === 0) continue;
    await using stack = new AsyncDisposableStack();
    const triton = withTriton ? await startTestTriton(stack) : undefined;
    const report = (row: Row) => {
      rows.push(row);
      console.log(formatRows([row]).split("\n").slice(1).join("\n"));
    };
    const day: BadDay = { ...plan, photos, triton, report, part: undefined };
    await learn(day);
    for (const { scenario, part } of order) {
      plan.say(`${scenario.name}: ${scenario.about}`);
      try {
        await scenario.play({ ...day, part });
      } catch (error) {
        // A gateway that does not even start is a finding, and the other days come all the same.
        report({ ...NOTHING, scenario: scenario.name, breaches: [String(error)] });
      }
    }
  }
  return rows;
}

async function startTestTriton(stack: AsyncDisposableStack): Promise<TritonProcess> {
  const repository = stack.use(await TestRepository.create([{ source: "dct_512" }]));
  const options = { repository: repository.path, exitTimeoutSeconds: TRITON_EXIT_SECONDS };
  return stack.use(await startTriton(options));
}

async function learn(day: BadDay): Promise<void> {
  await using gateway = await startGateway(day);
  await day.photos.learn(gateway.url);
}

if (import.meta.main) {
  await runProgram(
    { help: HELP, options: OPTIONS, allowPositionals: true },
    async ({ values, positionals }) => {
      const seconds = values.seconds ?? (values.short ? SECONDS.short : SECONDS.full);
      const rows = await playAll(positionals, {
        seconds: positive("seconds", seconds),
        isShort: values.short,
        withTriton: values.triton,
        isEach: values.each,
        photoSize: oneOf("photo-size", values["photo-size"], PHOTO_SIZE_NAMES),
        cpusGateway: values["cpus-gateway"],
        cpusLoad: values["cpus-load"],
        say: (text) => console.log(`--- ${text}`),
      });
      if (rows.length === 0) {
        throw new UsageError(
          `SCENARIO:PART must name a part: none is played by ${positionals.join(" ")}`,
        );
      }
      if (values.json !== undefined) {
        const path = resolve(Deno.env.get("INIT_CWD") ?? "", values.json);
        await Deno.writeTextFile(path, `${JSON.stringify(rows, null, 2)}\n`);
      }
      const breached = rows.filter(({ breaches }) => breaches.length > 0).length;
      console.log(`\n${formatRows(rows)}\n\nchaos: ${rows.length} rows, ${breached} breached`);
      Deno.exitCode = breached === 0 ? 0 : 1;
    },
  );
}
