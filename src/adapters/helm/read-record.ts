import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ChartValues, HelmRecord, HelmRelease } from "../../ports/helm.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";

interface WrittenPart {
  readonly name: string;
  readonly version?: string;
}

interface WrittenRecord {
  readonly chart?: {
    readonly metadata?: {
      readonly name?: string;
      readonly version?: string;
      readonly dependencies?: readonly WrittenPart[] | null;
    };
    /** Exact versions, where the chart's file gives ranges. */
    readonly lock?: { readonly dependencies?: readonly WrittenPart[] | null } | null;
    readonly values?: ChartValues | null;
  };
  readonly config?: ChartValues | null;
}

/** Helm keeps a release as JSON, compressed and in base64, in a Secret; every version of Helm that is in use does so. */
export async function readRecord(
  cluster: ClusterConnection,
  { name, namespace, revision }: Pick<HelmRelease, "name" | "namespace" | "revision">,
  signal: AbortSignal,
): Promise<HelmRecord | undefined> {
  const reference = { apiVersion: "v1", kind: "Secret", name: `sh.helm.release.v1.${name}.v${revision}`, namespace };
  const secret = await cluster.get(reference, signal);
  if (secret === undefined) return undefined;
  const { release = "" } = Object(secret["data"]) as { readonly release?: string }; // as the API has Secrets
  try {
    const packed = Buffer.from(Buffer.from(release, "base64").toString(), "base64");
    const text = packed[0] === 0x1f && packed[1] === 0x8b ? await promisify(gunzip)(packed) : packed;
    const { chart, config } = JSON.parse(text.toString()) as WrittenRecord; // Helm's own form, read with care below
    return {
      chart: { name: chart?.metadata?.name ?? "", version: chart?.metadata?.version ?? "" },
      parts: Object.fromEntries(
        [...(chart?.metadata?.dependencies ?? []), ...(chart?.lock?.dependencies ?? [])].map((part) => [
          part.name,
          part.version ?? "",
        ]),
      ),
      defaults: chart?.values ?? {},
      values: config ?? {},
    };
  } catch (cause) {
    throw new HubfleetError("RELEASE_UNREADABLE", {
      message: `Helm's record of release "${name}" in namespace "${namespace}" (revision ${revision}) cannot be read`,
      hint: `helm status ${name} --namespace ${namespace}`,
      cause,
    });
  }
}
