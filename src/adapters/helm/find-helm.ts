import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { HelmMajor } from "../../ports/helm.ts";
import type { Run } from "../run.ts";

export interface FoundHelm {
  /** How it is called: "helm", "helm4". */
  readonly program: string;
  /** "3.18.0". */
  readonly version: string;
}

/** The oldest of each major that keeps labels on a release. */
const oldestMinor: Readonly<Record<HelmMajor, number>> = { "3": 13, "4": 0 };

/**
 * The program of a major version. Two of them beside each other are called helm3 and helm4, or one of them helm.
 * @throws HubfleetError HELM_MISSING with what was found instead
 */
export async function findHelm(run: Run, major: HelmMajor, signal?: AbortSignal): Promise<FoundHelm> {
  const others: string[] = [];
  for (const program of ["helm", `helm${major}`]) {
    const answer = await run([program, "version", "--template", "{{.Version}}"], {
      timeoutMilliseconds: 20_000,
      ...(signal === undefined ? {} : { signal }),
    });
    signal?.throwIfAborted();
    const [, version, own, minor] = /^v?((\d+)\.(\d+)\S*)/.exec(answer.stdout.trim()) ?? [];
    if (version === undefined) continue;
    if (own === major && Number(minor) >= oldestMinor[major]) return { program, version };
    others.push(`"${program}" is ${version}`);
  }
  const why = others.length === 0 ? "there is none on PATH" : others.join(", ");
  const least = oldestMinor[major] === 0 ? "" : `.${oldestMinor[major]} or newer`;
  throw new HubfleetError("HELM_MISSING", {
    message: `Helm ${major}${least} is wanted, and ${why}`,
    hint: `install Helm ${major} as helm or helm${major}, or set \`helm:\` of the cluster to the one that is here`,
    retry: "later",
  });
}
