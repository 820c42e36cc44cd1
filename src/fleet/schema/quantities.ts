import { z } from "zod";

/** Memory and disk sizes as people and Kubernetes write them. K, M, G, T are powers of 1024, as Jupyter counts them. */
export const memoryPattern = /^(\d+(?:\.\d+)?)([KMGT])(?:i?B?)$/;
const durationPattern = /^(?:\d+[smhdw])+$/;

const memoryUnits: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };
const durationUnits: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

export const memory = z.string().regex(memoryPattern, "a number with a unit");
export const duration = z.string().regex(durationPattern, "a number with a unit");
export const cores = z.number().positive().max(1024);
export const count = z.number().int().min(1).max(1_000_000);

export const memoryUnit = "memory, written 512M or 2G (powers of 1024)";
export const durationUnit = "time, written 90s, 30m, 1h, 7d or 1h30m";
export const coresUnit = "processor cores, 0.5 is half of one";

/** "1.5G" → bytes. The text has passed the schema. */
export function parseMemory(text: string): number {
  const match = memoryPattern.exec(text);
  return Math.round(Number(match?.[1] ?? Number.NaN) * (memoryUnits[match?.[2] ?? ""] ?? Number.NaN));
}

/** "1h30m" → seconds. The text has passed the schema. */
export function parseDuration(text: string): number {
  const parts = text.matchAll(/(\d+)([smhdw])/g);
  return [...parts].reduce((sum, [, digits, unit]) => sum + Number(digits) * (durationUnits[unit ?? ""] ?? 0), 0);
}
