import type { BundleNote } from "./bundle-notes.ts";
import type { Evidence } from "./evidence.ts";
import { certificateExpired, certificateNotYetValid, certificateUnusable } from "./causes/certificate.ts";
import { loginMisconfigured, secretsUnusable, settingRefused, settingsNotInEffect } from "./causes/configuration.ts";
import { databaseDamaged, databaseLocked, databaseNewer } from "./causes/database.ts";
import { codeMissing, environmentBroken, environmentMissing } from "./causes/environment.ts";
import { beingChanged, diskFull, neverBroughtUp, portTaken } from "./causes/machine.ts";
import { machineRestarted, processEnded, processHalted, routesLost, stillStarting } from "./causes/processes.ts";
import { homeNotWritable, quotaExceeded, serverDoesNotStart } from "./causes/users.ts";
import { type CauseName, causeNames, type FindCause, type Finding } from "./finding.ts";
import { lastWords } from "./log-lines.ts";

/** Why a hub is as it is. */
export interface Diagnosis {
  readonly version: 1;
  readonly hub: string;
  readonly at: Date;
  readonly verdict: "nothing wrong" | "cause found" | "unknown";
  /** Deepest first: what explains the others comes before them. */
  readonly findings: readonly Finding[];
  /** What is seen to be wrong, whether or not a cause explains it. */
  readonly symptoms: readonly string[];
  /** What the parts of the hub said last; when no cause is known. */
  readonly lastWords: readonly { readonly component: string; readonly lines: readonly string[] }[];
  /** What to know although nothing is wrong. */
  readonly notes: readonly string[];
  /** What was found to be well where nothing is wrong; missing: every process runs and answers. */
  readonly well?: string;
  /** What keeps the hub from a bundle, or from its stage's; missing where the fleet never made one. */
  readonly bundles?: readonly BundleNote[];
}

/** Every cause that is known, the deepest first: a full disk explains a hub that ended, never the other way round. */
const causes = {
  "never-brought-up": neverBroughtUp,
  "being-changed": beingChanged,
  "disk-full": diskFull,
  "secrets-unusable": secretsUnusable,
  "environment-missing": environmentMissing,
  "environment-broken": environmentBroken,
  "code-missing": codeMissing,
  "certificate-unusable": certificateUnusable,
  "certificate-expired": certificateExpired,
  "certificate-not-yet-valid": certificateNotYetValid,
  "port-taken": portTaken,
  "database-locked": databaseLocked,
  "database-newer": databaseNewer,
  "database-damaged": databaseDamaged,
  "login-misconfigured": loginMisconfigured,
  "setting-refused": settingRefused,
  "process-halted": processHalted,
  "machine-restarted": machineRestarted,
  "process-ended": processEnded,
  "still-starting": stillStarting,
  "routes-lost": routesLost,
  "settings-not-in-effect": settingsNotInEffect,
  "home-not-writable": homeNotWritable,
  "quota-exceeded": quotaExceeded,
  "server-does-not-start": serverDoesNotStart,
} as const satisfies Record<CauseName, FindCause>;

/** A user's trouble does not explain why a process of the hub ended. */
const ofUsersOnly: ReadonlySet<Finding["cause"]> = new Set([
  "home-not-writable",
  "quota-exceeded",
  "server-does-not-start",
]);

/** Says what is wrong and why. Pure: everything it knows is in the evidence. */
export function diagnose(evidence: Evidence): Diagnosis {
  const symptoms = findSymptoms(evidence);
  const all = causeNames.flatMap((name) => causes[name](evidence));
  const found = all.filter(({ cause }) => cause !== "being-changed");
  // A lease is an explanation only while something else is not as it should be.
  const isWrong = found.length > 0 || symptoms.length > 0;
  const findings = isWrong ? all : [];
  const isExplained = symptoms.length === 0 || findings.some(({ cause }) => !ofUsersOnly.has(cause));
  const verdict = !isWrong ? "nothing wrong" : isExplained ? "cause found" : "unknown";
  return {
    version: 1,
    hub: evidence.hub,
    at: evidence.now,
    verdict,
    findings,
    symptoms,
    lastWords: verdict === "unknown" ? collectLastWords(evidence) : [],
    notes: isWrong ? [] : all.map(({ because }) => because),
  };
}

function findSymptoms({ observed, expected, ports }: Evidence): readonly string[] {
  const ended = expected.filter((name) => observed.components[name].process === undefined);
  const isSilent = ended.every((name) => name !== "hub") && observed.state === undefined;
  const publicPort = ports.find(({ use }) => use === "public");
  const isClosed = !ended.includes("proxy") && publicPort !== undefined && publicPort.owner === undefined;
  return [
    ...ended.map((name) => `the ${name} process does not run`),
    ...(isSilent ? ["the hub runs but does not answer"] : []),
    ...(isClosed ? [`the proxy runs but nothing listens on port ${publicPort.port}`] : []),
  ];
}

function collectLastWords({ components, expected, observed }: Evidence): Diagnosis["lastWords"] {
  const ended = expected.filter((name) => observed.components[name].process === undefined);
  const shown = ended.length > 0 ? ended : (["hub", "proxy"] as const);
  return shown.map((component) => ({ component, lines: lastWords(components[component].lines, 8) }));
}
