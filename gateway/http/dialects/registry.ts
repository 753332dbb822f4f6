/** All dialects, a line each. */
import { base64List } from "./base64_list.ts";
import { cohere, cohereV1 } from "./cohere.ts";
import type { Dialect } from "./dialect.ts";
import type { Dialects } from "./dialect_table.ts";
import { gemini } from "./gemini.ts";
import { immich } from "./immich.ts";
import { kserve } from "./kserve.ts";
import { kserveRpc } from "./kserve_rpc.ts";
import { native } from "./native.ts";
import { openai } from "./openai.ts";
import { ollama } from "./ollama.ts";
import { rank } from "./rank.ts";
import { voyage } from "./voyage.ts";
import { weaviate } from "./weaviate.ts";
import { roboflow } from "./roboflow.ts";
import { tei } from "./tei.ts";

/** The gateway's. */
export const DIALECTS: Dialects = [
  native,
  base64List,
  rank,
  openai,
  cohere,
  cohereV1,
  voyage,
  gemini,
  immich,
  weaviate,
  tei,
  ollama,
  roboflow,
  kserve,
  kserveRpc,
];

/** The dialect of a name, for a worker that was told it. */
export function dialectNamed(name: string): Dialect {
  const dialect = DIALECTS.find((dialect) => dialect.name === name);
  if (dialect === undefined) throw new RangeError(`Cannot find dialect ${name}`);
  return dialect;
}
