/** Files that appear whole or not at all: a reader never meets half a model. */

/**
 * Writes a file next to its final place and renames it there, making folders as needed.
 *
 * @throws {Deno.errors.NotCapable} and the other errors of Deno's file functions; the old file then still stands.
 */
export async function writeFileAtomically(path: string, content: Uint8Array): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  if (folder !== "") await Deno.mkdir(folder, { recursive: true });
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeFile(temporary, content, { createNew: true });
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}
