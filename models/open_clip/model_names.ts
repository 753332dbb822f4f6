/** What a model of a hub is called here. */

/** Of a name in a manifest. */
const LENGTH_MAX = 64;
const TEXT_SUFFIX = "_text";

/** Names of the two models made of one checkpoint. */
export interface TowerNames {
  readonly image: string;
  readonly text: string;
}

/**
 * Names made of a name somebody chose, or else of the repository's, `owner/name`: lower case, with an underscore for
 * what is neither letter nor digit.
 *
 * @throws {RangeError} when they would be empty or too long, or the chosen one has other characters.
 */
export function towerNames(repo: string, chosen: string | undefined): TowerNames {
  const image = chosen ?? repo.slice(repo.indexOf("/") + 1).toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "");
  const text = `${image}${TEXT_SUFFIX}`;
  if (!/^[A-Za-z0-9_]+$/.test(image) || text.length > LENGTH_MAX) {
    throw new RangeError(
      `Cannot name the models of hf-hub:${repo}: a name must have letters, digits and underscores, ` +
        `${LENGTH_MAX - TEXT_SUFFIX.length} at most: current value is ${
          image || "empty"
        }; choose one by --name`,
    );
  }
  return { image, text };
}
