/** Starts the lean load in a process of its own. */
import { CommandChild } from "../processes/child.ts";

/** A process that takes `LeanLoad`s and answers with `LeanResult`s. */
export function startLeanClient(): CommandChild {
  return new CommandChild({
    script: "bench/peers/lean_load_main.ts",
    permissions: ["--allow-net", "--allow-read=.", "--allow-env", "--allow-ffi=./node_modules"],
  });
}
