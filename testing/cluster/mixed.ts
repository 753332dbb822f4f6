/** Whether replies of two models are told apart by what they say of themselves. */
import type { Asked } from "./asked.ts";

/** Rounding moves a number of a unit vector by far less, another model by far more. */
const DIFFERENCE_MAX = 1e-4;

/** What a model answers to the photos that are asked. */
export interface Known {
  readonly digest: string | null;
  readonly space: string | null;
  readonly heads: readonly (readonly number[])[];
}

/** Replies of 200 that are not wholly one model's: digest, space and every embedding. */
export function mixedReplies(asked: readonly Asked[], models: readonly Known[]): Asked[] {
  return asked.filter((reply) =>
    reply.status === 200 &&
    !models.some((model) =>
      model.digest === reply.digest && model.space === reply.space &&
      model.heads.length === reply.heads.length &&
      model.heads.every((head, index) => isSame(head, reply.heads[index] ?? []))
    )
  );
}

/** From the first reply of one model on, how many of the other were asked for later. */
export function lateReplies(asked: readonly Asked[], before: Known, after: Known): number {
  const of = ({ digest }: Known) =>
    asked.filter((reply) => reply.status === 200 && reply.digest === digest);
  const first = of(after)[0]?.dueMs ?? Infinity;
  return of(before).filter(({ dueMs }) => dueMs > first).length;
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length &&
    one.every((value, index) => Math.abs(value - (other[index] ?? NaN)) < DIFFERENCE_MAX);
}
