/** The gateway's dialects and the proof: what a registry looks like with one line more. */
import type { Dialects } from "../../gateway/http/dialects/dialect_table.ts";
import { DIALECTS } from "../../gateway/http/dialects/registry.ts";
import { photoVectors } from "./photo_vectors.ts";

/** All of them. */
export const WITH_PROOF: Dialects = [
  ...DIALECTS,
  photoVectors,
];
