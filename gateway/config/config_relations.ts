/** What settings must be to each other: limits that contradict each other would only show under load. */
import { type Config, FIELDS } from "./config_fields.ts";
import { modelNameProblems } from "./model_names.ts";

/** A cache of fewer bytes holds so few embeddings that a zero was forgotten. */
const CACHE_BYTES_MIN = 1024 * 1024;

/** Bytes that base64 and JSON around it may take for images of the given bytes. */
function base64BodyBytes(imageBytes: number): number {
  return Math.ceil((imageBytes * 4) / 3) + 1024;
}

/** A relation and the settings that it is between. */
interface Relation {
  readonly holds: boolean;
  readonly text: string;
  readonly between: readonly (keyof Config)[];
}

/** Every relation that does not hold, in words, and what the settings in it are. */
export function relationProblems(config: Config): string[] {
  const problems = relations(config).filter(({ holds }) => !holds).map(({ text, between }) => {
    const values = between.map((name) => `${FIELDS[name].env} is ${config[name]}`);
    return `${text}: ${values.join(", ")}`;
  });
  return [...problems, ...modelNameProblems(config)];
}

function relations(config: Config): Relation[] {
  const atMost = (lower: keyof Config, upper: keyof Config): Relation => ({
    holds: config[lower] <= config[upper],
    text: `${FIELDS[lower].env} must be ≤ ${FIELDS[upper].env}`,
    between: [lower, upper],
  });
  return [
    {
      holds: base64BodyBytes(config.imageBytesMax) <= config.bodyBytesMax,
      text: `GATEWAY_BODY_BYTES_MAX must hold one image of GATEWAY_IMAGE_BYTES_MAX as base64: ` +
        `it must be ≥ ${base64BodyBytes(config.imageBytesMax)}`,
      between: ["bodyBytesMax", "imageBytesMax"],
    },
    atMost("requestImagesMax", "slots"),
    atMost("imagePixelsMax", "inflightPixelsMax"),
    atMost("bodyBytesMax", "inflightBytesMax"),
    atMost("bodyTimeoutMs", "uploadTimeoutMs"),
    atMost("imageTimeoutMs", "requestTimeoutMs"),
    {
      holds: config.memoryBytesMax === 0 || config.memoryBytesMax >= 2 * config.bodyBytesMax,
      text: "GATEWAY_MEMORY_BYTES_MAX must be 0 or ≥ 2 × GATEWAY_BODY_BYTES_MAX",
      between: ["memoryBytesMax", "bodyBytesMax"],
    },
    {
      holds: config.cacheBytes === 0 || config.cacheBytes >= CACHE_BYTES_MIN,
      text: `GATEWAY_CACHE_BYTES must be 0 or ≥ ${CACHE_BYTES_MIN}`,
      between: ["cacheBytes"],
    },
    {
      holds: config.urlInput === "off" || config.urlInputHosts.length > 0,
      text: "GATEWAY_URL_INPUT_HOSTS must name the hosts that images may be fetched from: " +
        "* is all that are public",
      between: ["urlInput", "urlInputHosts"],
    },
  ];
}
