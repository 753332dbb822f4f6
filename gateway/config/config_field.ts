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

/** What every kind of setting is told. */
interface FieldText<Value = string> {
  readonly default: Value;
  readonly unit?: string;
  readonly doc: string;
}

const digits = z.string().regex(/^\d{1,15}$/).transform(Number);

/** A decimal integer within bounds, both included. */
export function integer(
  env: string,
  { range: [min, max], ...text }: FieldText<number> & { readonly range: readonly [number, number] },
): ConfigField<number> {
  const range = z.number().min(min).max(max);
  return {
    env,
    ...text,
    default: String(text.default),
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
  env: string,
  { values, ...text }: FieldText<Values[number]> & { readonly values: Values },
): ConfigField<Values[number]> {
  return {
    env,
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
export function pattern(
  env: string,
  { regex, ...text }: FieldText & { readonly allowed: string; readonly regex: RegExp },
): ConfigField<string> {
  return checked(env, { ...text, isAllowed: (value) => regex.test(value) });
}

/** Text of a form that takes more than an expression to tell. */
export function checked(
  env: string,
  { isAllowed, ...text }: FieldText & {
    readonly allowed: string;
    readonly isAllowed: (value: string) => boolean;
  },
): ConfigField<string> {
  return {
    env,
    ...text,
    isSecret: false,
    parse(value) {
      if (isAllowed(value)) return value;
      throw new RangeError(`must be ${text.allowed}`);
    },
  };
}

/** A list of texts of a given form, separated by commas; blanks around them do not count, and an empty text has none. */
export function list(
  env: string,
  { isAllowed, itemsMax, ...text }: FieldText & {
    readonly allowed: string;
    readonly itemsMax: number;
    readonly isAllowed: (item: string) => boolean;
  },
): ConfigField<readonly string[]> {
  return {
    env,
    ...text,
    isSecret: false,
    parse(value) {
      const items = value.trim() === "" ? [] : value.split(",").map((item) => item.trim());
      if (items.length <= itemsMax && items.every(isAllowed)) return items;
      throw new RangeError(`must be ${text.allowed}`);
    },
  };
}

const API_KEY = /^[\x21-\x2b\x2d-\x7e]{16,256}$/;
const KEYS = "keys of 16–256 printable characters, separated by commas";

/** Keys separated by commas, never shown; none by default. */
export function secretList(env: string, doc: string): ConfigField<readonly string[]> {
  return {
    env,
    doc,
    default: "",
    allowed: KEYS,
    isSecret: true,
    parse(value) {
      const keys = value === "" ? [] : value.split(",").map((key) => key.trim());
      if (keys.every((key) => API_KEY.test(key))) return keys;
      throw new RangeError(`must be ${KEYS}`);
    },
  };
}
