/** The Compose files of this project as a user starts them. There is no Docker in tests, so they are read instead. */
import { type ComposeFile, readComposeFile, type Service } from "./compose_file.ts";

const ROOT = new URL("../../", import.meta.url);
const MAIN = "docker-compose.yml";

/** What docs/gpu-host.md tells people to start, and what makes it another one. */
export const STACKS = {
  bare: { files: [MAIN], environment: {} },
  trt: { files: [MAIN], environment: { MODEL: "openclip_vit_b32_trt" } },
  cpu: { files: ["docker-compose.cpu.yml"], environment: {} },
} as const;

/** A stack's name. */
export type Stack = keyof typeof STACKS;

/** Text of a file, by its path from the project's folder. */
export const readText = (path: string): Promise<string> => Deno.readTextFile(new URL(path, ROOT));

/** Whether a file or folder is there, by its path from the project's folder. */
export const exists = (path: string): Promise<boolean> =>
  Deno.stat(new URL(path, ROOT)).then(() => true, () => false);

/** Reads the file of a stack, with the variables that the stack and the caller set. */
export async function readStack(
  stack: Stack,
  variables: Readonly<Record<string, string>> = {},
): Promise<ComposeFile> {
  const { files: [file], environment } = STACKS[stack];
  return readComposeFile(await readText(file), {
    variables: { ...environment, ...variables },
    files: { [MAIN]: await readText(MAIN) },
  });
}

/** What a service finds in its environment; variables without a value are left out. */
export function environmentOf({ environment = {} }: Service): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
