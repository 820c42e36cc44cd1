/** Time as an argument of the world, so that deciding stays pure and tests don't wait. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
  /** Calls again and again, and never twice at a time, until what it answers is called. Keeps no process alive by itself. */
  every(milliseconds: number, work: () => Promise<void>): () => void;
}
