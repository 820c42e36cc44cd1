/** Where things are on the branch `hubfleet/state`. */
export const stateLayout = {
  evidence: "evidence/",
  bundles: "bundles/",
  locks: "locks/",
  /** What gates were asked that opened: src/bundle/gate-question.ts. */
  gates: "gates/",
  outputs: "outputs/",
  deployed: "deployed.yaml",
  notices: "notices.yaml",
  /** How many records there are and which are the last ones: src/evidence/anchor.ts. */
  anchor: "anchor.json",
} as const;

/** What may become of a file once it is there: see ports/state-ref.ts. */
export type StateFileKind = "record" | "output" | "document";

const records = [stateLayout.evidence, stateLayout.bundles, stateLayout.locks, stateLayout.gates];

/**
 * | below                                    | written again | removed |
 * | ---------------------------------------- | ------------- | ------- |
 * | `evidence/` `bundles/` `locks/` `gates/` | never         | never   |
 * | `outputs/`                               | never         | yes     |
 * | anything else                            | yes           | yes     |
 */
export function stateFileKind(path: string): StateFileKind {
  if (records.some((folder) => path.startsWith(folder))) return "record";
  return path.startsWith(stateLayout.outputs) ? "output" : "document";
}

/** Whether hubfleet would give a file this path: plain words between slashes, so that it is one file on any machine. */
export function isStatePath(path: string): boolean {
  return path.length <= 300 && path.split("/").every((name) => /^[a-z0-9][a-z0-9._-]*$/.test(name));
}
