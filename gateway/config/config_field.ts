/** Kinds of settings: how each is read from text and what it says when the text is wrong. */
import { z } from "zod";

/** One environment variable. */
export interface ConfigField<Value> {
  readonly env: string;
  /** As text, like the environment's own values. */
  readonly default: string;
  readonly unit?: string;
  readonly doc: string;
  /** Bounds or allowed values, for the documentation. */
  readonly allowed: string;
  readonly isSecret: boolean;
  /** @throws {Error} whose message continues "NAME …". */
  parse(text: string): Value;
}

/** What every field says about itself. */
export interface FieldText {
  readonly env: string;
  readonly default: string;
  readonly unit?: string;
  readonly doc: string;
}

const digits = z.string().regex(/^\d{1,15}$/).transform(Number);

/** A decimal integer within bounds. */
export function integer(text: FieldText, min: number, max: number): ConfigField<number> {
  const range = z.number().min(min).max(max);
  return {
    ...text,
    allowed: `${min}–${max}`,
    isSecret: false,
    parse(value) {
      const result = digits.pipe(range).safeParse(value);
      if (result.success) return result.data;
      throw new RangeError(`must be an integer from ${min} to ${max}`);
    },
  };
}

/** One of a closed set of words. */
export function oneOf<const Values extends readonly [string, ...string[]]>(
  text: FieldText,
  values: Values,
): ConfigField<Values[number]> {
  return {
    ...text,
    allowed: values.join(", "),
    isSecret: false,
    parse(value) {
      const result = z.enum(values).safeParse(value);
      if (result.success) return result.data;
      throw new RangeError(`must be one of ${values.join(", ")}`);
    },
  };
}

/** Text of a given form. */
export function pattern(text: FieldText, regex: RegExp, allowed: string): ConfigField<string> {
  return {
    ...text,
    allowed,
    isSecret: false,
    parse(value) {
      if (regex.test(value)) return value;
      throw new RangeError(`must be ${allowed}`);
    },
  };
}

const API_KEY = /^[\x21-\x2b\x2d-\x7e]{16,256}$/;

/** Keys separated by commas, never shown. */
export function secretList(text: FieldText): ConfigField<readonly string[]> {
  return {
    ...text,
    allowed: "keys of 16–256 printable characters, separated by commas",
    isSecret: true,
    parse(value) {
      const keys = value === "" ? [] : value.split(",").map((key) => key.trim());
      if (keys.every((key) => API_KEY.test(key))) return keys;
      throw new RangeError("must be keys of 16–256 printable characters, separated by commas");
    },
  };
}
