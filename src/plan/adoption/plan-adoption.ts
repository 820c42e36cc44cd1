import type { SourcePosition } from "../../errors/hubfleet-error.ts";
import type { Hub, Origins } from "../../fleet/fleet.ts";
import type { HelmRecord } from "../../ports/helm.ts";
import { overDefaults } from "../../runtime/kubernetes/check-release-values.ts";
import type { RenderedRelease } from "../../runtime/kubernetes/render-hub.ts";
import { compareValues } from "./compare-values.ts";
import { whyNotUnwrapped } from "./why-not-unwrapped.ts";
import type { Wrapper } from "./unwrap-record.ts";
import { whyNotAdopted } from "./why-not-adopted.ts";

/** A release that somebody else installed, beside what hubfleet is to make of it. */
export interface FoundRelease {
  readonly release: RenderedRelease;
  readonly record: HelmRecord;
  /** The chart that it was installed with, where that has this one in it. */
  readonly wrapper?: Wrapper | undefined;
}

export interface AdoptionProps {
  readonly hub: Hub;
  readonly found: readonly FoundRelease[];
  /** Whose servers run. */
  readonly users: readonly string[];
  readonly origins: Origins;
}

/** What taking over the releases of a running hub means. */
export interface Adoption {
  /** Why it cannot be done without losing something; nothing is done then. */
  readonly problems: readonly string[];
  /** By release: every value that would differ, in words. Secrets are never shown. */
  readonly differences: Readonly<
    Record<string, { readonly because: readonly string[]; readonly at: readonly SourcePosition[] }>
  >;
  /** Where the hub answers now. */
  readonly basePath: string;
  /** Those who work on the hub now and whom nothing that is written lets in. */
  readonly leaving: readonly string[];
}

/** Compares a hub that runs with the one that is written. Pure. */
export function planAdoption({ hub, found, users, origins }: AdoptionProps): Adoption {
  const running = found.find(({ release }) => release.chart === "jupyterhub");
  const values = running === undefined ? {} : overDefaults(running.record.values, running.record.defaults);
  const { baseUrl } = Object(values["hub"]) as { readonly baseUrl?: string }; // as the chart has it
  const { access } = hub;
  const written = new Set([...access.users, ...access.admins]);
  // Of organisations and teams only the hub knows.
  const isOpen = access.everyone || access.login.kind === "github";
  return {
    problems: [...found.flatMap((one) => whyNotAdopted(one, hub)), ...whyNotUnwrapped(found)],
    differences: Object.fromEntries(
      found.map((one) => {
        const { because, at } = compareValues(one, { hub: hub.name, origins });
        return [one.release.release, { because: [...unwrapWords(one), ...because], at }];
      }),
    ),
    basePath: withSlash(baseUrl ?? "/"),
    leaving: isOpen ? [] : [...new Set(users)].filter((user) => !written.has(user)).sort(),
  };
}

/** What people feel of it is told with the part that they feel. */
function unwrapWords({ release, wrapper }: FoundRelease): readonly string[] {
  if (wrapper === undefined) return [];
  const from = `it is part of the chart ${wrapper.name} ${wrapper.version}, and gets a release of its own`;
  return release.chart === "dask-gateway"
    ? [`${from}: for seconds notebooks have no connection to their Dask clusters, which go on`]
    : [from];
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
