const units = [
  ["Ti", 1024 ** 4],
  ["Gi", 1024 ** 3],
  ["Mi", 1024 ** 2],
  ["Ki", 1024],
] as const;

/** Bytes as Kubernetes writes them: in the largest unit that leaves no remainder. */
export function quantity(bytes: number): string {
  const [unit, size] = units.find(([, one]) => bytes >= one && bytes % one === 0) ?? ["", 1];
  return `${bytes / size}${unit}`;
}

/** Cores as Kubernetes writes them. */
export function coresQuantity(cores: number): string {
  const thousandths = Math.round(cores * 1000);
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

const written: Readonly<Record<string, number>> = {
  ...Object.fromEntries(units),
  Pi: 1024 ** 5,
  k: 1000,
  M: 1000 ** 2,
  G: 1000 ** 3,
  T: 1000 ** 4,
  P: 1000 ** 5,
  m: 0.001,
  "": 1,
};

/** A quantity of Kubernetes as a number: "20Gi", "500m", "1e3"; NaN for what is none. */
export function parseQuantity(text: string): number {
  const [, number = "", unit = ""] = /^([0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const size = written[unit];
  return number === "" || size === undefined ? Number.NaN : Number(number) * size;
}
