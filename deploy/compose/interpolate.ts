/** Variables in a Compose file, as its specification has them; defaults may have variables, but none with a default. */

/** Looks at each `$` once: `$$`, `$NAME`, `${NAME}`, and `${NAME` with an operator. */
const VARIABLE =
  /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])((?:[^${}]|\$\{\w+(?::-[^${}]*)?\})*))?\}|)/g;

/** What a text becomes, and which variables it names. */
export interface Interpolated {
  readonly text: string;
  readonly names: readonly string[];
}

/**
 * Puts the values of variables into a text.
 *
 * @throws {SyntaxError} when a `$` begins no variable, or a required one has no value.
 */
export function interpolate(
  text: string,
  variables: Readonly<Record<string, string>>,
): Interpolated {
  const names: string[] = [];
  const result = text.replace(VARIABLE, (match, bare, braced, operator = "", word = "") => {
    if (match === "$$") return "$";
    const name: string | undefined = bare ?? braced;
    if (name === undefined) throw new SyntaxError(`Cannot interpolate ${text}: $ must be $$`);
    const inner = interpolate(word, variables);
    names.push(name, ...inner.names);
    return substitute({ name, operator, word: inner.text }, variables[name]);
  });
  return { text: result, names };
}

interface Expression {
  readonly name: string;
  /** `-`, `+` or `?`; a colon before it makes an empty value count as none. */
  readonly operator: string;
  readonly word: string;
}

function substitute({ name, operator, word }: Expression, value: string | undefined): string {
  const isSet = operator.startsWith(":")
    ? value !== undefined && value !== ""
    : value !== undefined;
  switch (operator.at(-1)) {
    case "-":
      return isSet ? value ?? "" : word;
    case "+":
      return isSet ? word : "";
    case "?":
      if (!isSet) throw new SyntaxError(`Cannot interpolate ${name}: ${word}`);
      return value ?? "";
    default:
      return value ?? "";
  }
}
