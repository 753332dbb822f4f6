/** Recipes of docs/clients. */

/** The gateway, as recipes have it. */
export const ADDRESS = "localhost:8080";

/**
 * The code of a recipe in a language.
 *
 * @throws {Error} where the page has none.
 */
export async function readRecipe(page: string, language: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(`../../docs/clients/${page}.md`, import.meta.url));
  const [, recipe] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms").exec(text) ?? [];
  if (recipe === undefined) throw new Error(`Cannot find ${language} in ${page}.md`);
  return recipe;
}
