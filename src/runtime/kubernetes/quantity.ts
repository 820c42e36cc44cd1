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
