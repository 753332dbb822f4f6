/** Zod's schemas as JSON Schema (2020-12, which is OpenAPI 3.1's), with the limits and defaults that are in effect. */
import { z } from "zod";
import { OPTIONS } from "../../contract/options.ts";
import type { DescribedGateway } from "./described_gateway.ts";

/** A part of the document. */
export type Json = Readonly<Record<string, unknown>>;

type JsonSchema = Record<string, unknown>;

const COMPONENTS = "#/components/schemas/";

/** Schemas of the document, by their names. */
export class SchemaShelf {
  readonly #schemas: Record<string, Json> = {};
  readonly #gateway: Pick<DescribedGateway, "limits" | "defaults" | "dims">;

  constructor(gateway: Pick<DescribedGateway, "limits" | "defaults" | "dims">) {
    this.#gateway = gateway;
  }

  /** All of them so far. */
  get schemas(): Readonly<Record<string, Json>> {
    return this.#schemas;
  }

  /** Puts a request's body of JSON there and returns what refers to it. A field that is null is as good as none. */
  addRequest(name: string, schema: z.ZodType): Json {
    return this.#put(name, allowNulls(this.#convert(name, schema)));
  }

  /** Puts any other body there. */
  add(name: string, schema: z.ZodType): Json {
    return this.#put(name, this.#convert(name, schema));
  }

  /** A schema in its own place, such as a parameter's. */
  inline(name: string, schema: z.ZodType): Json {
    return this.#convert(name, schema);
  }

  #put(name: string, schema: Json): Json {
    this.#schemas[name] = schema;
    return { $ref: COMPONENTS + name };
  }

  #convert(name: string, schema: z.ZodType): JsonSchema {
    const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, {
      io: "input",
      unrepresentable: "any",
      override: ({ jsonSchema }) => this.#settle(jsonSchema as JsonSchema),
    }) as JsonSchema;
    // Those with an id are the same for all, and what zod names by itself is this one's.
    const nameOf = (key: string) => key.startsWith("__") ? `${name}.${key}` : key;
    const renamed = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value).replaceAll(
          /"#\/\$defs\/([^"]+)"/g,
          (_, key) => JSON.stringify(COMPONENTS + nameOf(key)),
        ),
      );
    for (const [key, definition] of Object.entries($defs as JsonSchema)) {
      this.#put(nameOf(key), renamed(definition) as Json);
    }
    return renamed(rest) as JsonSchema;
  }

  /** Puts what the gateway's settings say in the place of what only names them. */
  #settle(schema: JsonSchema): void {
    const { limit, option, description } = schema;
    delete schema.limit;
    delete schema.option;
    delete schema.id;
    const { limits, dims } = this.#gateway;
    if (limit === "dimensions") schema.enum = [0, ...dims];
    const most = limit === "request_inputs"
      ? sum(limits.request_images, limits.request_texts)
      : limits[String(limit)];
    if (most !== undefined) {
      if (schema.type === "array") schema.maxItems = most;
      else if (limit === "text_characters") schema.maxLength = most;
      // Bytes of what is still encoded, which no keyword counts.
      else schema.description = `${description ?? "Bytes"}; at most ${most} bytes when decoded`;
    }
    const initial = this.#gateway.defaults[String(option)] ?? optionDefault(option);
    if (initial !== undefined) schema.default = initial;
  }
}

/** Zod leaves out defaults of what is read into another form, such as flags. */
function optionDefault(option: unknown): unknown {
  return Object.values(OPTIONS).find(({ wire }) => wire === option)?.default;
}

function sum(...terms: readonly (number | undefined)[]): number | undefined {
  return terms.reduce((total, term) =>
    total === undefined || term === undefined ? undefined : total + term
  );
}

/** Typed clients write null for every field that was not set, whatever its name: a request is read as if it had none. */
function allowNulls(schema: JsonSchema): JsonSchema {
  const { anyOf, oneOf, properties, required = [], additionalProperties } = schema;
  const alternatives = anyOf ?? oneOf;
  if (Array.isArray(alternatives)) {
    const key = anyOf === undefined ? "oneOf" : "anyOf";
    return { ...schema, [key]: alternatives.map(allowNulls) };
  }
  if (schema.type !== "object") return schema;
  const fields = Object.entries(Object(properties) as Record<string, Json>)
    .map(([name, field]) =>
      (required as readonly string[]).includes(name) ? [name, field] : [name, orNull(field)]
    );
  return {
    ...schema,
    properties: Object.fromEntries(fields),
    ...additionalProperties === false && { additionalProperties: { type: "null" } },
  };
}

/** What a field means stays where readers look for it. */
function orNull({ description, default: initial, ...field }: Json): Json {
  const isNever = JSON.stringify(field) === '{"not":{}}';
  return {
    ...isNever ? {} : { anyOf: [field, { type: "null" }] },
    ...isNever && { type: "null" },
    ...description !== undefined && { description },
    ...initial !== undefined && { default: initial },
  };
}
