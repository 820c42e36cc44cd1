/** Time as an argument of the world, so that deciding stays pure and tests don't wait. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
}
