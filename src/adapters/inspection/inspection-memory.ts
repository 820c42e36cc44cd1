import { dirname } from "node:path/posix";

import type { Inspection, LockingProcess, PathFacts, Space } from "../../ports/inspection.ts";
import { createStateFilesMemory, type StateFilesMemory } from "../state-files/state-files-memory.ts";

export interface InspectionMemoryProps {
  /** Whose paths it looks at; share it with the state files of the test. */
  readonly files?: StateFilesMemory;
}

/** The twin: a machine in good health until the test says otherwise. */
export interface InspectionMemory extends Inspection {
  /** The path, and what is below it, lies on a file system with this much room. */
  setSpace(path: string, space: Partial<Space>): void;
  setFacts(path: string, facts: Partial<PathFacts>): void;
  setLockHolders(path: string, holders: readonly LockingProcess[]): void;
  halt(pid: number, isHalted?: boolean): void;
  noControlGroups(reason: string): void;
}

const roomy: Space = { freeBytes: 5e10, totalBytes: 1e11, freeInodes: 5e6, totalInodes: 1e7 };

export function createInspectionMemory(props: InspectionMemoryProps = {}): InspectionMemory {
  const { files = createStateFilesMemory() } = props;
  const spaces = new Map<string, Space>();
  const told = new Map<string, Partial<PathFacts>>();
  const holders = new Map<string, readonly LockingProcess[]>();
  const halted = new Set<number>();
  let reason = "";

  return {
    async space(path) {
      for (let place = path; place !== "/"; place = dirname(place)) {
        const found = spaces.get(place);
        if (found !== undefined) return found;
      }
      return roomy;
    },
    async facts(path) {
      const mode = files.mode(path);
      if (mode === undefined) return undefined;
      const isFile = files.contents(dirname(path))[path] !== undefined;
      const found = { kind: isFile ? "file" : "directory", uid: 0, mode, modified: new Date(0) } as const;
      return { ...found, ...told.get(path) };
    },
    lockHolders: async (path) => holders.get(path) ?? [],
    isHalted: async (pid) => halted.has(pid),
    bootTime: async () => new Date(0),
    whyNoControlGroups: async () => reason,
    setSpace: (path, space) => void spaces.set(path, { ...roomy, ...space }),
    setFacts: (path, facts) => void told.set(path, facts),
    setLockHolders: (path, processes) => void holders.set(path, processes),
    halt(pid, isHalted = true) {
      if (isHalted) halted.add(pid);
      else halted.delete(pid);
    },
    noControlGroups(why) {
      reason = why;
    },
  };
}
