/** What a check is given, and what it gives. */
import type { Cluster } from "./cluster.ts";
import type { Finding } from "./finding.ts";

/** A check of a cluster that is up. It leaves nothing of its own behind. */
export interface Check {
  readonly name: string;
  /** What it shows, for the help. */
  readonly about: string;
  run(round: Round): Promise<void>;
}

/** One run of a check. */
export interface Round {
  readonly cluster: Cluster;
  /** Is told each finding as soon as it is one. */
  find(finding: Finding): void;
  /** Is told what takes long. */
  say(text: string): void;
}
