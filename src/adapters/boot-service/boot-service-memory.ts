import type { BootEntry, BootService } from "../../ports/boot-service.ts";

export interface BootServiceMemory extends BootService {
  readonly entries: ReadonlyMap<string, BootEntry>;
}

/** A service manager that only remembers. */
export function createBootServiceMemory({
  isPresent = true,
}: { readonly isPresent?: boolean } = {}): BootServiceMemory {
  const entries = new Map<string, BootEntry>();
  return {
    entries,
    isPresent: async () => isPresent,
    exists: async (name) => entries.has(name),
    async ensure(entry) {
      const isSame = JSON.stringify(entries.get(entry.name)) === JSON.stringify(entry);
      entries.set(entry.name, entry);
      return !isSame;
    },
    async remove(name) {
      entries.delete(name);
    },
  };
}
