/** Words of the canonical fleet that files write differently: units are in the value there, not in the key. */
const words: Readonly<Record<string, string>> = {
  idleSeconds: "idle",
  everySeconds: "every",
  maxAgeSeconds: "maxAge",
  memoryLimitBytes: "memoryLimit",
  memoryGuaranteeBytes: "memoryGuarantee",
  workerMemoryBytes: "workerMemory",
  sizeBytes: "size",
  memoryBytes: "memory",
  isDefault: "default",
};

/** A path in the words of the files: "culling.idleSeconds" → "culling.idle". Paths already in them stay as they are. */
export function writtenPath(path: string): string {
  return path
    .split(".")
    .map((step) => (Object.hasOwn(words, step) ? (words[step] ?? step) : step))
    .join(".");
}

/** The settings below a hub that a value may come from, nearest first: what a profile leaves out comes from the hub. */
export function sourcesOf(path: string): readonly string[] {
  const written = writtenPath(path);
  if (written === "images.worker") return [written, "images.notebook"];
  const [first, id, key] = written.split(".");
  if (first !== "profiles" || id === undefined || key === undefined) return [written];
  switch (key) {
    case "cpuLimit":
    case "memoryLimit":
      return [written, `limits.${key}`];
    case "notebookImage":
      return [written, "images.notebook"];
    case "workerImage":
      return [written, `profiles.${id}.notebookImage`, "images.worker", "images.notebook"];
    default:
      return [written];
  }
}
