import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { testLinux } from "../../testing/platform_tests.ts";
import { LOG_LEVELS, Logger, type LogLevel } from "./logger.ts";

function logged(level: LogLevel, write: (logger: Logger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(new Logger({ logLevel: level, logFormat: "auto" }, (line) => lines.push(line)));
  return lines.map((line) => JSON.parse(line));
}

Deno.test("Logger writes time, level, message and fields as one JSON object a line", () => {
  const lines: string[] = [];
  const settings = { logLevel: "info", logFormat: "json" } as const;
  new Logger(settings, (line) => lines.push(line)).log("warn", "decode worker replaced", {
    reason: "hung",
    text: "two\nlines \x1b[31m",
  });
  assert.equal(lines.length, 1);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(lines[0] as string, /[\x00-\x1f]/);
  const { time, ...rest } = JSON.parse(lines[0] as string);
  assert.equal(new Date(time).toISOString(), time);
  assert.deepEqual(rest, {
    level: "warn",
    message: "decode worker replaced",
    reason: "hung",
    text: "two\nlines \x1b[31m",
  });
});

for (const [index, level] of LOG_LEVELS.entries()) {
  Deno.test(`Logger of level ${level} writes that level and what is graver`, () => {
    const lines = logged(level, (logger) => LOG_LEVELS.forEach((each) => logger.log(each, each)));
    assert.deepEqual(lines.map((line) => line.level), LOG_LEVELS.slice(index));
  });
}

Deno.test("Logger leaves fields out that are undefined", () => {
  const [line] = logged("info", (logger) => logger.log("info", "x", { a: undefined, b: null }));
  assert.deepEqual(Object.keys(line ?? {}), ["time", "level", "message", "b"]);
});

Deno.test("Logger writes an error as its messages, outermost first, and where it began", () => {
  const root = new TypeError("root");
  const error = new Error("outer", { cause: new Error("inner", { cause: root }) });
  const [line] = logged("info", (logger) => logger.log("error", "x", { cause: error }));
  assert.match(String(line?.cause), /^outer: inner: root \(at .*logger_test\.ts:\d+:\d+\)$/);
});

Deno.test("Logger ends an error's messages with a cause that is none", () => {
  const error = new Error("outer", { cause: "the model failed" });
  delete error.stack;
  const [line] = logged("info", (logger) => logger.log("error", "x", { cause: error }));
  assert.equal(line?.cause, "outer: the model failed");
});

Deno.test("Logger writes text where it is told to", () => {
  const lines: string[] = [];
  const settings = { logLevel: "info", logFormat: "text" } as const;
  new Logger(settings, (line) => lines.push(line)).log("warn", "not ready", { model: "a b" });
  assert.match(lines.join("\n"), /^[\d:.]{12}Z warn {2}not ready model="a b"$/);
});

testLinux(
  "Logger writes text at a terminal, and JSON elsewhere, unless told otherwise",
  async () => {
    await using folder = await temporaryFolder();
    const program = `${folder.path}/program.ts`;
    await Deno.writeTextFile(
      program,
      `import { Logger } from "${import.meta.resolve("./logger.ts")}";
    for (const logFormat of ["auto", "text", "json"] as const) {
      new Logger({ logLevel: "info", logFormat }).log("info", "ready");
    }`,
    );
    const { execPath, env } = Deno;
    const run = async (command: string, args: string[]) => {
      const { stdout } = await new Deno.Command(command, {
        args,
        env: { ...env.toObject(), DENO: execPath(), PROGRAM: program, SHELL: "/bin/sh" },
        stdin: "null",
      }).output();
      return new TextDecoder().decode(stdout).trim().split(/\r?\n/).map((line) => line[0] === "{");
    };
    const shell = 'exec "$DENO" run -q --no-check "$PROGRAM"';
    assert.deepEqual(await run("/bin/sh", ["-c", shell]), [true, false, true]);
    // Of util-linux, which gives the command a terminal.
    assert.deepEqual(await run("script", ["-qec", shell, "/dev/null"]), [false, false, true]);
  },
);
