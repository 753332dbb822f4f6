/** Shared memory that a thread made, and that outlives it: a name in /dev/shm, and the descriptor that keeps it. */
export interface HeldRegion {
  readonly name: string;
  readonly fd: number;
}
