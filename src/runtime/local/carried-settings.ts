import type { Hub } from "../../fleet/fleet.ts";
import { writtenPath } from "../../fleet/written-path.ts";
import { settingsOf } from "../../plan/difference.ts";

/** How this machine treats a setting that was written with Kubernetes in mind. */
export type Treatment = "carried" | "approximated" | "listed";

export interface Carrying {
  readonly total: number;
  readonly carried: number;
  readonly approximated: readonly { readonly setting: string; readonly how: string }[];
  readonly listed: readonly { readonly setting: string; readonly why: string }[];
}

interface Rule {
  readonly pattern: RegExp;
  readonly treatment: Exclude<Treatment, "carried">;
  readonly words: string;
}

const rules: readonly Rule[] = [
  {
    pattern: /^images\./,
    treatment: "approximated",
    words: "a virtual environment from the same lock instead of a container",
  },
  {
    pattern: /^profiles\.[^.]+\.(notebook|worker)Image$/,
    treatment: "approximated",
    words: "a virtual environment from the same lock instead of a container",
  },
  { pattern: /^domain$/, treatment: "approximated", words: "shown in addresses; DNS is yours to set" },
  { pattern: /^storage\.(disk|nfs)\./, treatment: "listed", words: "homes are directories of this machine" },
  { pattern: /^network\./, treatment: "listed", words: "the cluster's address and https say it here" },
  { pattern: /^pods\./, treatment: "listed", words: "there are no pods" },
  { pattern: /^(extraCharts\.|manifests$)/, treatment: "listed", words: "there is nothing to install it in" },
  { pattern: /^namespace$/, treatment: "listed", words: "there are no namespaces" },
  { pattern: /^releases(?:\.|$)/, treatment: "listed", words: "Helm installs nothing here" },
  { pattern: /^profiles\.[^.]+\.spawner\./, treatment: "listed", words: "servers are processes, not pods" },
  { pattern: /\.(nodeGroup|schedulerNodeGroup)$/, treatment: "listed", words: "there is one machine" },
  { pattern: /\.(cpu|memory)Guarantee/, treatment: "listed", words: "nothing schedules on one machine" },
  { pattern: /^hubConfig\.KubeSpawner/, treatment: "listed", words: "servers are processes, not pods" },
  { pattern: /^charts\./, treatment: "listed", words: "there is no Helm chart" },
  { pattern: /^chartValues\./, treatment: "listed", words: "there is no Helm chart" },
];

const unlimited: Rule = {
  pattern: /(cpuLimit|memoryLimitBytes|workerCores|workerMemoryBytes)$/,
  treatment: "approximated",
  words: "told to servers but not enforced: that needs root and control groups",
};

/** What only the real hub has: its address and its login. */
const rehearsal: readonly Rule[] = [
  { pattern: /^access\.login\./, treatment: "approximated", words: "a password for everybody on the lists instead" },
  {
    pattern: /^access\.(organizations|teams)$/,
    treatment: "listed",
    words: "who is in them only the real login knows",
  },
  { pattern: /^(domain|port|basePath)$/, treatment: "approximated", words: "an address of this machine's own" },
];

export interface CarriedProps {
  readonly canLimit: boolean;
  readonly isRehearsal?: boolean;
}

/** Sorts a hub's settings by what this machine can do with them. */
export function carriedSettings(hub: Hub, { canLimit, isRehearsal = false }: CarriedProps): Carrying {
  const settings = [...settingsOf(hub).keys()];
  const applied = [...(isRehearsal ? rehearsal : []), ...rules, ...(canLimit ? [] : [unlimited])];
  const judged = settings.map((setting) => ({ setting, rule: applied.find(({ pattern }) => pattern.test(setting)) }));
  const approximated = judged.flatMap(({ setting, rule }) =>
    rule?.treatment === "approximated" ? [{ setting: writtenPath(setting), how: rule.words }] : [],
  );
  const listed = judged.flatMap(({ setting, rule }) =>
    rule?.treatment === "listed" ? [{ setting: writtenPath(setting), why: rule.words }] : [],
  );
  return {
    total: settings.length,
    carried: settings.length - approximated.length - listed.length,
    approximated,
    listed,
  };
}
