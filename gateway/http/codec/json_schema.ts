/** JSON fields by their schema, where a dialect's requests are plain enough to have one. */
import type { z } from "zod";
import { GatewayError } from "../../contract/errors.ts";

/** Names in a path to a field at most: a message stays short. */
const PATH_LENGTH_MAX = 8;

/**
 * Checks fields against a schema.
 *
 * @throws {GatewayError} `invalid_body`, with the place of the first fault and what is wanted there, and nothing of what
 * was there.
 */
export function checkFields<Output>(schema: z.ZodType<Output>, fields: unknown): Output {
  const checked = schema.safeParse(fields);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new GatewayError("invalid_body", `Cannot embed as ${describe(issue)}`);
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "the body has not the fields that it must have";
  const { path, code } = issue;
  const place = path.length === 0
    ? "the body"
    : path.slice(0, PATH_LENGTH_MAX).map((key) => typeof key === "symbol" ? "?" : key).join(".");
  if (code === "unrecognized_keys") return `${place} must have no other fields than its own`;
  if (code === "invalid_type") return `${place} must be ${withArticle(issue.expected)}`;
  if (code === "too_small" && issue.origin === "array") {
    return `${place} must be a list of at least ${issue.minimum}`;
  }
  if (code === "invalid_value") return `${place} must be ${issue.values.map(String).join(" or ")}`;
  // Of the schema's own words, which it gives only where the code above says too little.
  return code === "custom"
    ? `${place} ${issue.message}`
    : `${place} has a value that is not allowed`;
}

function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
