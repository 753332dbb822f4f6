/** Packs the slots of a lease into as few requests as their neighbourhood and the model's batch size allow. */

/** Neighbouring slots that go into one request, and which of its rows are wanted. */
export interface SlotBlock {
  readonly firstSlot: number;
  /** Slots in the block, those of failed items in the middle included: they are sent and their rows dropped. */
  readonly count: number;
  /** Wanted rows of the reply, and the position of the lease that each belongs to. */
  readonly rows: readonly { readonly row: number; readonly position: number }[];
}

/**
 * Packs positions of a lease.
 *
 * @param slots Slot of each position of the lease.
 * @param positions Positions wanted, in ascending order.
 */
export function packSlots(
  slots: readonly number[],
  positions: readonly number[],
  batchMax: number,
): SlotBlock[] {
  const blocks: { firstSlot: number; count: number; rows: SlotBlock["rows"][number][] }[] = [];
  let previous: number | undefined;
  for (const position of positions) {
    const slot = slots[position] as number;
    const block = blocks.at(-1);
    const isNeighbour = previous !== undefined && areNeighbours(slots, previous, position);
    if (block !== undefined && isNeighbour && slot - block.firstSlot < batchMax) {
      block.count = slot - block.firstSlot + 1;
      block.rows.push({ row: slot - block.firstSlot, position });
    } else {
      blocks.push({ firstSlot: slot, count: 1, rows: [{ row: 0, position }] });
    }
    previous = position;
  }
  return blocks;
}

/** Whether the lease holds every slot between two of its positions, so that one range covers both. */
function areNeighbours(slots: readonly number[], from: number, to: number): boolean {
  return (slots[to] as number) - (slots[from] as number) === to - from;
}
