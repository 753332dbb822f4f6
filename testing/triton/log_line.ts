/** Triton's log, made readable. */

/** `I1121 04:03:04.634972 29837 grpc_server.cc:2558] "Started GRPCInferenceService at 127.0.0.1:18011"` */
const ENTRY = /^([IWE])\d{4} (\d\d:\d\d:\d\d\.\d{3})\d{3} \d+ [\w.]+:\d+\] ?(.*)$/;
const LEVELS: Record<string, string> = { I: "info", W: "warn", E: "error" };

/** Tables, and empty lines between them: what they say follows from the command line. */
const TABLE = /^[+|]|^\s*$/;
/** Complaints of every start without a GPU. */
const WITHOUT_GPU = /pinned system memory|CUDA memory pool disabled|CudaDriverHelper/;

/**
 * One line for people: time, level and message, such as `04:03:04.634 info  Started HTTPService at 127.0.0.1:8000`.
 * `undefined` for a line that tells nothing. Lines that are not Triton's own, such as a traceback, stay as they are.
 */
export function readableLogLine(line: string): string | undefined {
  const [, level = "", time = "", quoted = ""] = ENTRY.exec(line) ?? [];
  if (level === "") return TABLE.test(line) ? undefined : line;
  const message = unquote(quoted);
  if (message === "" || WITHOUT_GPU.test(message)) return undefined;
  return `${time} ${(LEVELS[level] as string).padEnd(5)} ${message}`;
}

/** Messages are JSON strings, but for those with a table behind them and some older ones. */
function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
