/** A header's value with parameters, such as `form-data; name="image"` (RFC 9110, section 5.6.6). */
export interface HeaderValue {
  /** What stands before the parameters, in lower case. */
  readonly value: string;
  /** By name in lower case; of several of one name the first. */
  readonly params: ReadonlyMap<string, string>;
}

/**
 * One parameter, where a backslash escapes in quotes; nothing is read twice. A value without quotes ends at the next
 * semicolon.
 */
const RFC_PARAM = paramPattern(String.raw`(?:[^"\\]|\\.)*`);

/** The same as browsers write it: a quote within is %22, and a backslash stands for itself. */
const BROWSER_PARAM = paramPattern(String.raw`[^"]*`);

/** Empty ones included; those of a photo's dates and size make eight. */
const PARAMS_MAX = 32;

/** Only before these two a backslash escapes: some clients quote the whole path of a file on Windows. */
const QUOTED_PAIR = /\\(["\\])/g;

/** Reads a value and its parameters; `undefined` for what has another form, or more than 32 of them. */
export function parseHeaderValue(text: string): HeaderValue | undefined {
  const end = text.indexOf(";");
  const value = (end < 0 ? text : text.slice(0, end)).trim().toLowerCase();
  const tail = end < 0 ? "" : text.slice(end);
  const params = readParams(tail, RFC_PARAM) ?? readParams(tail, BROWSER_PARAM);
  return params && { value, params };
}

function readParams(text: string, pattern: RegExp): Map<string, string> | undefined {
  const params = new Map<string, string>();
  pattern.lastIndex = 0;
  for (let count = 0; pattern.lastIndex < text.length; count++) {
    if (count === PARAMS_MAX) return undefined;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, name, quoted, plain = ""] = match;
    const key = name?.toLowerCase();
    if (key === undefined || params.has(key)) continue;
    const value = pattern === RFC_PARAM ? quoted?.replace(QUOTED_PAIR, "$1") : quoted;
    params.set(key, value ?? plain.trim());
  }
  return params;
}

function paramPattern(quoted: string): RegExp {
  const value = `(?:"(${quoted})"[ \\t]*|([^;"]*))`;
  return new RegExp(`;[ \\t]*(?:([^\\s;="]+)[ \\t]*(?:=[ \\t]*${value})?)?`, "y");
}
