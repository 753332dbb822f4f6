/** Options of an embed request: one entry an option, from which schemas, messages, ids and documents are made. */
import { z } from "zod";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import { GatewayError } from "./errors.ts";

/** What is known of an option. */
interface Option<Value> {
  /** Its name in JSON, forms and queries. */
  readonly wire: string;
  /** Its values, in words. */
  readonly allowed: string;
  readonly values: readonly Value[];
  readonly default: Value;
  /** Whether it changes the embedding before it is normalised, so that preprocess ids depend on it. */
  readonly changesInput: boolean;
  readonly meaning: string;
  readonly schema: z.ZodType<Value>;
}

/** All options, by the names that the code gives them. */
export const OPTIONS = {
  encodingFormat: choice(["float", "base64"], {
    wire: "encoding_format",
    changesInput: false,
    meaning: "How embeddings are written into a JSON reply",
  }),
  normalize: flag(true, {
    wire: "normalize",
    changesInput: false,
    meaning: "Whether embeddings are scaled to length 1",
  }),
  orient: choice(["none", "exif"], {
    wire: "orient",
    changesInput: true,
    meaning: "Whether EXIF orientation is applied, which open_clip does not do",
  }),
  decode: choice(["exact", "fast"], {
    wire: "decode",
    changesInput: true,
    meaning: "Whether JPEGs are decoded as Pillow does, or large ones smaller and sooner",
  }),
  onError: choice(["fail", "item"], {
    wire: "on_error",
    changesInput: false,
    meaning: "Whether one bad input fails the request, or only itself",
  }),
} as const;

type Options = typeof OPTIONS;

/** All options of a request, read. */
export type WireOptions = { readonly [Name in keyof Options]: Options[Name]["default"] };

/** How embeddings are written into a JSON reply. */
export type EncodingFormat = WireOptions["encodingFormat"];

/** How a request wants its images embedded. */
export interface EmbedOptions extends ImageOptions, Pick<WireOptions, "normalize" | "onError"> {}

/** Options whose defaults are the gateway's settings. */
export type OptionDefaults = Pick<WireOptions, "orient" | "decode">;

const ENTRIES = Object.entries(OPTIONS) as [keyof Options, Option<unknown>][];

const INPUT_ENTRIES = ENTRIES.filter(([, { changesInput }]) => changesInput);

const schema = z.strictObject(
  Object.fromEntries(
    ENTRIES.map(([, option]) => [option.wire, option.schema.default(option.default)]),
  ),
);

/** Fields of a request that are options, by their names on the wire; each may be left out. */
export type OptionFields = Readonly<Record<string, z.ZodOptional<z.ZodType>>>;

/** All of them, for schemas of requests. */
export const OPTION_FIELDS: OptionFields = optionFields(ENTRIES);

/** Those that change the embedding before it is normalised. */
export const INPUT_OPTION_FIELDS: OptionFields = optionFields(INPUT_ENTRIES);

function optionFields(entries: readonly [string, Option<unknown>][]): OptionFields {
  return Object.fromEntries(
    entries.map(([, { wire, schema, meaning }]) => [
      wire,
      schema.optional().meta({ description: meaning, option: wire }),
    ]),
  );
}

/** What good fields gave before: nearly all requests have the same, and each would take 4 µs again. */
const known = new Map<string, WireOptions>();
const KNOWN_MAX = 100;
const VALUE_LENGTH_MAX = 16;

/**
 * Reads options; those left out have their defaults. Equal fields give the same object.
 *
 * @throws {GatewayError} `invalid_option` for an unknown option or value.
 */
export function parseOptions(fields: Readonly<Record<string, unknown>>): WireOptions {
  const key = fieldsKey(fields);
  const options = known.get(key ?? "") ?? readOptions(fields);
  if (key !== undefined && known.size < KNOWN_MAX) known.set(key, options);
  return options;
}

/** Tells fields apart whose values may be good; `undefined` where one cannot be. */
function fieldsKey(fields: Readonly<Record<string, unknown>>): string | undefined {
  let key = "{";
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const isShort = typeof value === "string" && value.length <= VALUE_LENGTH_MAX;
    if (!isShort && typeof value !== "boolean") return undefined;
    key += `${name}=${typeof value}:${value};`;
  }
  return key;
}

function readOptions(fields: Readonly<Record<string, unknown>>): WireOptions {
  const result = schema.safeParse(fields);
  if (result.success) {
    const values = ENTRIES.map(([name, { wire }]) => [name, result.data[wire]]);
    return Object.freeze(Object.fromEntries(values)) as WireOptions;
  }
  const wire = String(result.error.issues[0]?.path[0] ?? "");
  const option = ENTRIES.find(([, option]) => option.wire === wire)?.[1];
  throw new GatewayError(
    "invalid_option",
    option === undefined
      ? `Cannot embed as options must be among model, ${
        ENTRIES.map(([, { wire }]) => wire).join(", ")
      }`
      : `Cannot embed as option ${wire} must be ${option.allowed}`,
  );
}

/** Every way in which an image can become an input: all combinations of the options that change it. */
export function imageOptionsList(): ImageOptions[] {
  const combinations = INPUT_ENTRIES.reduce<Record<string, unknown>[]>(
    (list, [name, { values }]) =>
      values.flatMap((value) => list.map((options) => ({ ...options, [name]: value }))),
    [{}],
  );
  return combinations as unknown as ImageOptions[];
}

/** Names one of them: the first option's value, in front of it those of others that are not the default. */
export function imageOptionsName(options: ImageOptions): string {
  const [first, ...others] = INPUT_ENTRIES.map(([name, option]) => {
    const value = options[name as keyof ImageOptions];
    return { value, isDefault: value === option.default };
  });
  return [...others.filter(({ isDefault }) => !isDefault), first].map((part) => part?.value)
    .join("_");
}

type OptionText = Omit<Option<never>, "allowed" | "values" | "default" | "schema">;

/** One of a closed set of words; the first is the default. */
function choice<const Values extends readonly [string, ...string[]]>(
  values: Values,
  text: OptionText,
): Option<Values[number]> {
  return {
    ...text,
    allowed: values.join(" or "),
    values,
    default: values[0],
    schema: z.enum(values),
  };
}

/** Yes or no; as text in forms and queries. */
function flag(initial: boolean, text: OptionText): Option<boolean> {
  const word = z.enum(["true", "false"]).transform((value) => value === "true");
  return {
    ...text,
    allowed: "true or false",
    values: [true, false],
    default: initial,
    schema: z.union([z.boolean(), word]),
  };
}
