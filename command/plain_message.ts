/** What of a file the system refused, as a person says it. */

/** As Deno words it: what the system says, its number, the call, and the path. */
const REFUSED = /[A-Z][a-z -]+ \(os error (\d+)\): \w+ '(.*)'$/;
/** By the numbers of Linux and macOS, which agree in these. */
const REASONS: Readonly<Record<string, string>> = {
  2: "there is no such file or folder",
  13: "permission is denied",
  17: "it is there already",
  20: "a part of its path is no folder",
  21: "it is a folder",
  28: "the disk is full",
  30: "the disk may only be read",
};

/** An error's message, with the path that it is about before the reason where the system refused it. */
export function plainMessage({ message }: Error): string {
  const [refused, number = "", path = ""] = REFUSED.exec(message) ?? [];
  const reason = REASONS[number];
  const hasTwo = path.includes("' -> '");
  if (refused === undefined || reason === undefined || hasTwo) return message;
  const before = message.slice(0, message.indexOf(refused));
  if (before.includes(path)) return before + reason;
  return before === "" ? `Cannot use ${path}: ${reason}` : `${before}${reason}: ${path}`;
}
