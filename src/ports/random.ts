/** Unpredictable bytes, as lower-case hex (two characters a byte). For secrets and names that must not collide. */
export interface Random {
  hex(bytes: number): string;
  uuid(): string;
}
