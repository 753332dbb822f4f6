/** `outer: inner: innermost`, with the innermost stack's first frame, which is where to look. */
export function errorChain(error: Error): string {
  const messages = [error.message];
  let last: Error = error;
  while (last.cause instanceof Error) {
    last = last.cause;
    messages.push(last.message);
  }
  if (last.cause !== undefined) messages.push(String(last.cause));
  const frame = last.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  return messages.join(": ") + (frame === undefined ? "" : ` (${frame.trim()})`);
}
