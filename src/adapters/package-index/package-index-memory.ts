import type { IndexFile, PackageIndex } from "../../ports/package-index.ts";

export interface PackageIndexMemoryProps {
  /** Project, as PEP 503 normalises its name → its files. */
  readonly projects?: Readonly<Record<string, readonly IndexFile[]>>;
  /** Why it cannot be asked; undefined: it can. */
  readonly offline?: string;
}

/** An index that is only remembered. */
export function createPackageIndexMemory({ projects = {}, offline }: PackageIndexMemoryProps = {}): PackageIndex {
  return {
    project: async (name) => {
      if (offline !== undefined) return { kind: "not-asked", because: offline };
      const files = projects[name.toLowerCase().replaceAll(/[-_.]+/g, "-")];
      return files === undefined ? { kind: "unknown-project" } : { kind: "project", files };
    },
  };
}
