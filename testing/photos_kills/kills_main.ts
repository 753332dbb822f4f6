// deno-lint-ignore-file no-console
/** `deno task photos:kills`: a generated library, made by runs that are killed at random moments. */
import { positive, runProgram } from "../../command/program.ts";
import { startChild } from "../child_gateway.ts";
import { GatewayFront } from "../gateway_front.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { seededRandom } from "../mosaic.ts";
import { moveTo } from "../processor.ts";
import { generatePhotos, type Plan } from "./generated_photos.ts";
import { scoreGroups } from "./group_score.ts";
import { type LibraryRun, makeByKilledRuns, runOn } from "./killed_library.ts";
import { differences, readContent } from "./library_content.ts";
import { type PhotosResult, runPhotos } from "./photos_process.ts";

const PROGRAM = {
  help: `Usage: deno task photos:kills [--photos 2000] [--kills 10] [--seed 1]
       deno task photos:kills --apart [--photos 2000]

Generates --photos photos in groups, makes a library of them undisturbed, and then three more, by a
gateway, here, and by whichever is there, by runs of which --kills are killed (SIGKILL) at random
moments. Prints how well groups are found, photos a second beside what plain requests reach, and memory.
Exits 1 if a library differs from the undisturbed one, or a run had more than 600 MiB.

With --apart only photos a second are measured, with a processor for the gateway and another one for
who asks it, as they have elsewhere; it needs taskset.`,
  options: {
    photos: { type: "string", default: "2000" },
    kills: { type: "string", default: "10" },
    apart: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
  },
} as const;

const MEMORY_MIB_MAX = 600;
/** Beside the model's own. */
const THRESHOLDS: readonly number[] = [0.7, 0.8, 0.9];
/** Enough to keep a gateway busy, and few enough for it to refuse none. */
const PLAIN_REQUESTS = 24;
const PLAIN_PHOTOS = 2000;

/** Photos a second that plain requests reach, with the files in memory. */
async function plainRate(url: string, folder: string, plan: Plan): Promise<number> {
  const names = plan.flat().slice(0, PLAIN_PHOTOS);
  const photos = await Promise.all(names.map((name) => Deno.readFile(`${folder}/${name}`)));
  const started = performance.now();
  const queue = photos.values();
  await Promise.all(Array.from({ length: PLAIN_REQUESTS }, async () => {
    for (const body of queue) {
      const response = await fetch(`${url}/embed`, {
        method: "POST",
        headers: { accept: "application/octet-stream" },
        body,
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`The gateway answered ${response.status}`);
    }
  }));
  return photos.length / (performance.now() - started) * 1000;
}

/** Embeds everything by the gateway, undisturbed; photos a second by the program's own clock, starts included. */
async function remoteRate(
  folder: string,
  url: string,
): Promise<{ rate: number; run: PhotosResult }> {
  const library = ["--library", `${folder}/.rate`];
  const common = { folder, args: [] };
  await runPhotos({ ...common, args: ["scan", folder, ...library] });
  const args = ["embed", folder, ...library, "--mode", "remote", "--url", url];
  const run = await runPhotos({ ...common, args });
  const [, rate] = /\((\d+)\/s\)/.exec(run.out) ?? [];
  await Deno.remove(`${folder}/.rate`, { recursive: true });
  return { rate: Number(rate ?? NaN), run };
}

/** Prints it between two loads of plain requests. */
async function measureRemote(folder: string, url: string, plan: Plan): Promise<PhotosResult> {
  const plain = [await plainRate(url, folder, plan)];
  const { rate, run } = await remoteRate(folder, url);
  plain.push(await plainRate(url, folder, plan));
  console.log(
    `remote: ${rate}/s, plain requests before and after ${
      plain.map((rate) => rate.toFixed(0)).join(" and ")
    }/s; ${run.peakMib.toFixed(0)} MiB`,
  );
  return run;
}

/** The same alone, with a processor for the gateway and another one for the rest. */
async function measureApart(photos: number, seed: number): Promise<void> {
  await using folder = await temporaryFolder();
  const plan = await generatePhotos(folder.path, photos, seed);
  await moveTo(0);
  await using gateway = await startChild();
  await moveTo(1);
  // Warms it up.
  await plainRate(gateway.url, folder.path, plan);
  await measureRemote(folder.path, gateway.url, plan);
}

function groupsOf(out: string, folder: string): string[][] {
  return out.trimEnd().split("\n").map((line) => JSON.parse(line)).filter(({ photos }) =>
    Array.isArray(photos)
  ).map(({ photos }) => photos.map((path: string) => path.slice(folder.length + 1)));
}

interface Trial {
  readonly photos: number;
  readonly kills: number;
  readonly seed: number;
}

async function trial({ photos, kills, seed }: Trial): Promise<boolean> {
  await using folder = await temporaryFolder();
  const plan = await generatePhotos(folder.path, photos, seed);
  const planned = plan.filter(({ length }) => length > 1).length;
  console.log(`${photos} photos, ${planned} groups; load ${Deno.loadavg()[0]?.toFixed(1)}`);
  await using gateway = await startChild();
  await using front = new GatewayFront(gateway.url);
  const common = { folder: folder.path, front, env: {} };
  const calm = await runOn({ ...common, name: ".calm", mode: "local" }, "all");
  if (calm.code !== 0) throw new Error(`The undisturbed run failed: ${calm.err}`);
  const { precision, recall } = scoreGroups(plan, groupsOf(calm.out, folder.path));
  console.log(
    `undisturbed, local: ${calm.seconds.toFixed(1)} s, ${calm.peakMib.toFixed(0)} MiB; ` +
      `precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}`,
  );
  for (const threshold of THRESHOLDS) {
    const { out } = await runOn({ ...common, name: ".calm", mode: "local" }, "groups", {
      args: ["--threshold", String(threshold)],
    });
    const score = scoreGroups(plan, groupsOf(out, folder.path));
    console.log(
      `  from ${threshold} on: precision ${score.precision.toFixed(4)}, recall ${
        score.recall.toFixed(4)
      }`,
    );
  }
  const remote = await measureRemote(folder.path, gateway.url, plan);
  const expected = readContent(`${folder.path}/.calm`);
  const peaks = [calm.peakMib, remote.peakMib];
  const random = seededRandom(seed);
  let isSame = true;
  for (const mode of ["remote", "local", "auto"] as const) {
    const run: LibraryRun = { ...common, name: `.${mode}`, mode };
    const undisturbedMs = 1000 * (mode === "remote" ? remote : calm).seconds;
    const made = await makeByKilledRuns(run, { kills, undisturbedMs, random });
    const content = readContent(`${folder.path}/.${mode}`);
    const found = differences(expected, content);
    peaks.push(made.peakMib);
    isSame &&= found.length === 0;
    const places = Object.entries(content.madeBy).map(([who, count]) =>
      `${count} ${who === "local" ? "here" : "by the gateway"}`
    );
    console.log(
      `${mode}, killed ${made.kills} times: ${
        found.length === 0 ? "the same" : found.join("; ")
      }; ` +
        `${places.join(", ")}; ${made.seconds.toFixed(0)} s, ${made.peakMib.toFixed(0)} MiB`,
    );
  }
  return isSame && Math.max(...peaks) <= MEMORY_MIB_MAX;
}

if (import.meta.main) {
  await runProgram(PROGRAM, async ({ values }) => {
    const [photos, seed] = [positive("photos", values.photos), positive("seed", values.seed)];
    if (values.apart) return await measureApart(photos, seed);
    const isFine = await trial({ photos, kills: positive("kills", values.kills), seed });
    if (!isFine) Deno.exitCode = 1;
  });
}
