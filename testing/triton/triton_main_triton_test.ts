import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./triton_main.ts", import.meta.url));

/** All that the command may do, as its permission set in deno.json. */
const PERMISSIONS = [
  "--allow-read",
  "--allow-write=.cache,model_repository,/dev/shm",
  "--allow-run",
  "--allow-net=127.0.0.1",
];

/** Starts the command on free ports; `output` is what it prints. */
function spawn(args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...PERMISSIONS, MAIN, ...args],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return {
    child,
    output: child.stdout.pipeThrough(new TextDecoderStream()).getReader(),
    complaint: child.stderr.text(),
  };
}

type Output = ReturnType<typeof spawn>["output"];

/** Reads on until a pattern matches, or to the end; all that was read. */
async function readUntil(output: Output, pattern: RegExp): Promise<string> {
  let text = "";
  while (!pattern.test(text)) {
    const { done, value } = await output.read();
    if (done) break;
    text += value;
  }
  return text;
}

const NEVER = /(?!)/;
const FREE_PORTS = ["--http-port=0", "--grpc-port=0", "--metrics-port=0", "--model=dct_512"];
const READY = /ready: gRPC 127\.0\.0\.1:(\d+)/;

async function isListening(port: number): Promise<boolean> {
  return await Deno.connect({ hostname: "127.0.0.1", port })
    .then((connection) => (connection.close(), true), () => false);
}

Deno.test("deno task triton serves until a signal, and exits 0", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const { child, output } = spawn(FREE_PORTS);
    const text = await readUntil(output, READY);
    const port = Number(READY.exec(text)?.[1] ?? assert.fail(text));
    assert(await isListening(port));
    child.kill(signal);
    assert.match(await readUntil(output, NEVER), /triton: stopping/);
    assert.equal((await child.status).code, 0);
    assert(!await isListening(port));
  }
});

Deno.test("deno task triton takes its server with it when it is killed", async () => {
  const { child, output } = spawn(FREE_PORTS);
  const text = await readUntil(output, READY);
  const port = Number(READY.exec(text)?.[1] ?? assert.fail(text));
  child.kill("SIGKILL");
  await child.status;
  await output.cancel();
  while (await isListening(port)) await new Promise((resolve) => setTimeout(resolve));
});

Deno.test("deno task triton says what is wrong, and exits 64, 1 or 0", async () => {
  const cases: [string[], number, RegExp][] = [
    [["--help"], 0, /deno task triton \[--model NAME\]/],
    [["--grpc-port=x"], 64, /Cannot use port x as it must be a number from 0 to 65535/],
    [["--colour"], 64, /Unknown option '--colour'/],
    [["dct_512"], 64, /Cannot use argument dct_512/],
    [
      [...FREE_PORTS, "--model=dct_521"],
      64,
      /Cannot find model dct_521 .*: did you mean dct_512\?/,
    ],
    [["--repository=nowhere"], 64, /Cannot read model repository nowhere: there is no such folder/],
  ];
  for (const [args, code, pattern] of cases) {
    const { child, output, complaint } = spawn(args);
    assert.match(await readUntil(output, NEVER) + await complaint, pattern);
    assert.equal((await child.status).code, code);
  }
});
