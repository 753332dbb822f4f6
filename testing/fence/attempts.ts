/** What native code in a worker would try that has been taken over, and how each attempt ends. */

/** What `attempts_main.ts` is told, as its one argument in JSON. */
export interface AttemptsSetup {
  readonly fence: "auto" | "off";
  /** What the gateway's settings say of the road to Triton. */
  readonly engine: "embedded" | "triton";
  /** TCP port on loopback where somebody listens: no gateway's Triton. */
  readonly port: number;
  /** Where Deno keeps compiled modules. */
  readonly codeCache: string;
  /** A folder in which files would be made, and in which there is a `secret`. */
  readonly folder: string;
}

/** What became of an attempt: `done`, or the name of the error. */
export type Outcome = string;

/** What `attempts_main.ts` prints, as a line of JSON. */
export interface AttemptsReport {
  readonly fence: { readonly seccomp: string; readonly landlock: string };
  /** By attempt, of a worker that was started after the fence was raised, and of another after that one was ended. */
  readonly workers: readonly Readonly<Record<string, Outcome>>[];
}
