/** What is done with each client behind its recipe. */
import type { ClientProgram } from "./client_program.ts";
import { OPENAI_PROGRAMS } from "./openai_programs.ts";
import { SERVER_PROGRAMS } from "./server_programs.ts";

/** Recipes of clients that are asked by a test of their own. */
export const OTHER_PAGES: readonly string[] = ["immich", "weaviate"];

/** All of them. */
export const CLIENT_PROGRAMS: readonly ClientProgram[] = [...OPENAI_PROGRAMS, ...SERVER_PROGRAMS];
