/** Path patterns of the rule tables: `*` stays within a folder, `**` crosses folders. */

const compiled = new Map<string, RegExp>();

/** Whether a repository path matches one pattern, over its whole length. */
export function matchesPattern(path: string, pattern: string): boolean {
  let regexp = compiled.get(pattern);
  if (regexp === undefined) {
    regexp = compile(pattern);
    compiled.set(pattern, regexp);
  }
  return regexp.test(path);
}

/** Whether a repository path matches any of the patterns. */
export function matchesAny(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesPattern(path, pattern));
}

function compile(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|[.+?^${}()|[\]\\]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
