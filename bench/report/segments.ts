/** From stages to what a latency stack shows: the line, the client, and the server as far as it explains itself. */
import { modelMs } from "./figures.ts";
import type { Segment } from "./palette.ts";
import type { Cell } from "./result.ts";

/** A piece of a stack. */
export interface StackPiece {
  readonly segment: Segment;
  readonly ms: number;
}

/**
 * Pieces in the order of the road; they come to the stages' sum. The link's own delay is drawn apart from the bytes'
 * time on the line. What the server stamps itself (preprocessing, queue, model) is drawn inside its stage, which the
 * link stamps; the stage is drawn whole even where the server is silent.
 */
export function stackPieces(cell: Cell, rttMs: number): StackPiece[] {
  const { stagesMs } = cell;
  if (stagesMs === undefined) return [];
  const told: StackPiece[] = [
    { segment: "preprocess", ms: cell.serverMs.preprocess ?? 0 },
    { segment: "queue", ms: cell.triton?.partsMs.queue ?? cell.serverMs.batch ?? 0 },
    { segment: "model", ms: modelMs(cell) },
  ];
  const toldMs = told.reduce((sum, { ms }) => sum + ms, 0);
  // Stamps of two clocks' owners may overlap by a hair; the stage is the stage.
  const scale = Math.min(1, stagesMs.server / toldMs || 0);
  const [distanceUp, distanceDown] = [stagesMs.up, stagesMs.down]
    .map((ms) => Math.min(ms, rttMs / 2)) as [number, number];
  const pieces: StackPiece[] = [
    { segment: "client", ms: stagesMs.wait + stagesMs.encode + stagesMs.send },
    { segment: "distance", ms: distanceUp },
    { segment: "up", ms: stagesMs.up - distanceUp },
    ...told.map(({ segment, ms }) => ({ segment, ms: ms * scale })),
    { segment: "server", ms: stagesMs.server - toldMs },
    { segment: "down", ms: stagesMs.down - distanceDown },
    { segment: "distance", ms: distanceDown },
    { segment: "client", ms: stagesMs.receive + stagesMs.decode },
  ];
  return pieces.map(({ segment, ms }) => ({ segment, ms: Math.max(0, ms) }));
}
