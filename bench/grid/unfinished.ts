/** Finished cells of a run that is not over, so that it can be resumed. */
import type { Cell } from "../report/result.ts";
import type { PlannedCell } from "./plan.ts";

const FOLDER = new URL("../../.cache/bench/", import.meta.url);

/** Keeps cells in a file, one a line, under a key that changes with whatever would make them incomparable. */
export class UnfinishedRun {
  readonly #file: URL;
  readonly #key: string;

  constructor(name: string, key: string) {
    this.#file = new URL(`${name}.unfinished.jsonl`, FOLDER);
    this.#key = key;
  }

  /** Cells of the earlier run; none when it was another one. */
  async read(): Promise<Cell[]> {
    const text = await Deno.readTextFile(this.#file).catch(() => "");
    const [head = "", ...lines] = text.split("\n").filter((line) => line !== "");
    return head === this.#key ? lines.map((line) => JSON.parse(line)) : [];
  }

  /** Begins anew, with these cells. */
  async begin(cells: readonly Cell[]): Promise<void> {
    await Deno.mkdir(FOLDER, { recursive: true });
    const lines = [this.#key, ...cells.map((cell) => JSON.stringify(cell))];
    await Deno.writeTextFile(this.#file, lines.join("\n") + "\n");
  }

  /** Adds a finished cell. */
  async add(cell: Cell): Promise<void> {
    await Deno.writeTextFile(this.#file, JSON.stringify(cell) + "\n", { append: true });
  }

  /** Nothing is left to resume. */
  async end(): Promise<void> {
    await Deno.remove(this.#file).catch(() => {});
  }
}

/** Whether a finished cell is the one planned. */
export function isSameCell(cell: Cell, planned: PlannedCell): boolean {
  return cell.series === planned.series.id && cell.batch === planned.batch &&
    cell.round === planned.round &&
    JSON.stringify(cell.pattern) === JSON.stringify(planned.pattern);
}
