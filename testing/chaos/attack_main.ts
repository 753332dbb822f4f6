// deno-lint-ignore-file no-console
/** The slow clients of `deno task chaos`, in a process of their own; it prints what became of them as a line of JSON. */
import { oneOf, positive, runProgram, UsageError } from "../../command/program.ts";
import { ATTACK_NAMES, ATTACKS } from "./load/attacks.ts";
import { runAttack } from "./load/attack_run.ts";
import { Sockets } from "./load/sockets.ts";

const HELP =
  `Usage: deno run -A testing/chaos/attack_main.ts URL --attack NAME [--connections 300] [--seconds 10]

Holds connections that are busy doing nothing, each opened again when the server closes it, and prints a line of JSON.

${ATTACK_NAMES.map((name) => `  ${name.padEnd(14)} ${ATTACKS[name].about}`).join("\n")}

  --connections N  at the same time (default 300)
  --seconds N      how long (default 10)
  --address IP     where they come from (default 127.0.0.2)`;

if (import.meta.main) {
  const options = {
    attack: { type: "string" },
    connections: { type: "string", default: "300" },
    seconds: { type: "string", default: "10" },
    address: { type: "string", default: "127.0.0.2" },
  } as const;
  await runProgram({ help: HELP, options, allowPositionals: true }, async (parsed) => {
    const { values, positionals: [url] } = parsed;
    if (url === undefined || values.attack === undefined) {
      throw new UsageError("URL and --attack are needed");
    }
    const { hostname, port } = new URL(url);
    using sockets = new Sockets({ hostname, port: Number(port) }, values.address);
    const report = runAttack({
      sockets,
      attack: ATTACKS[oneOf("attack", values.attack, ATTACK_NAMES)],
      connections: positive("connections", values.connections),
      seconds: positive("seconds", values.seconds),
    });
    await Promise.resolve(console.log(JSON.stringify(report)));
  });
}
