/** JSON Schema as people read it: much as TypeScript writes types. */
import type { Json } from "./json_schema.ts";

const INDENT = "  ";
/** Beyond it a list of alternatives has a line each. */
const LINE_LENGTH_MAX = 72;

/** Writes a schema, with other schemas as `<name>`, fields that may be left out with a question mark; `null` beside such a field goes without saying. */
export function schemaText(schema: Json, indent = ""): string {
  const { $ref, anyOf, oneOf, enum: values, type, format } = schema;
  if (typeof $ref === "string") return `<${$ref.slice($ref.lastIndexOf("/") + 1)}>`;
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  const alternatives = (anyOf ?? oneOf) as readonly Json[] | undefined;
  if (alternatives !== undefined) return alternativesText(alternatives, indent);
  if (type === "array") return `${itemText(schema, indent)}[]${bounds(schema, "Items")}`;
  if (type === "object") return objectText(schema, indent);
  const word = typeof format === "string" && type === "string" ? format : String(type ?? "any");
  return word + bounds(schema, "Length") + range(schema);
}

function alternativesText(alternatives: readonly Json[], indent: string): string {
  const texts = [...new Set(alternatives.map((one) => schemaText(one, indent)))];
  const line = texts.join(" | ");
  const isShort = line.length <= LINE_LENGTH_MAX && !line.includes("\n");
  return isShort ? line : texts.join(`\n${indent}| `);
}

function itemText({ items }: Json, indent: string): string {
  const text = schemaText(Object(items) as Json, indent);
  return /[|\n ]/.test(text) && !text.startsWith("{") || text.includes("| ") ? `(${text})` : text;
}

function objectText(schema: Json, indent: string): string {
  const { properties = {}, required = [], additionalProperties } = schema;
  const inner = indent + INDENT;
  const fields = Object.entries(properties as Record<string, Json>).flatMap(([name, field]) => {
    const isRequired = (required as readonly string[]).includes(name);
    const bare = isRequired ? field : withoutNull(field);
    return bare === undefined
      ? []
      : [`${name}${isRequired ? "" : "?"}: ${schemaText(bare, inner)}`];
  });
  const isMap = typeof additionalProperties === "object" &&
    (additionalProperties as Json).type !== "null" &&
    Object.keys(Object(additionalProperties)).length > 0;
  if (isMap) fields.push(`[name]: ${schemaText(additionalProperties as Json, inner)}`);
  if (fields.length === 0) return "{…}";
  const line = `{ ${fields.join(", ")} }`;
  if (line.length <= LINE_LENGTH_MAX && !line.includes("\n")) return line;
  return `{\n${fields.map((field) => `${inner}${field}\n`).join("")}${indent}}`;
}

/** `undefined` where a field can be nothing else. */
function withoutNull(field: Json): Json | undefined {
  if (field.type === "null" || field.not !== undefined) return undefined;
  const { anyOf } = field;
  if (!Array.isArray(anyOf)) return field;
  const others = (anyOf as readonly Json[]).filter(({ type }) => type !== "null");
  return others.length === 1 ? others[0] : { ...field, anyOf: others };
}

function bounds(schema: Json, of: "Items" | "Length"): string {
  const [least, most] = [schema[`min${of}`], schema[`max${of}`]];
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return ` ≥ ${least}`;
  return least === undefined ? ` ≤ ${most}` : ` ${least}–${most}`;
}

function range({ minimum, maximum }: Json): string {
  const isNarrow = maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER;
  if (isNarrow) return ` ${minimum ?? "…"}–${maximum}`;
  return typeof minimum === "number" && minimum > Number.MIN_SAFE_INTEGER ? ` ≥ ${minimum}` : "";
}
