import type { Hub, RemoteCluster } from "../../fleet/fleet.ts";
import { sha256, stableJson } from "../local/digest.ts";
import type { ObjectReference } from "../../ports/kubernetes.ts";
import { appliedAnnotations } from "./applied-annotations.ts";
import type { GivenFiles } from "./hub-files.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { ImageReferences } from "./live-document.ts";
import type { RenderedHub, RenderedRelease } from "./render-hub.ts";

/** Part of a hub → the first digits of a digest of what it is made of. */
export type PartDigests = Readonly<Record<string, string>>;

/** Release → its chart, and what the cluster had of each definition: "UID/GENERATION" by name. */
export type CrdRecord = Readonly<
  Record<string, { readonly of: string; readonly seen: Readonly<Record<string, string>> }>
>;

/** What is known of a hub from the metadata of what hubfleet left in its namespace. */
export interface AppliedMetadata {
  readonly parts: PartDigests;
  /** Helm's revision of each release, as it was left. */
  readonly revisions: Readonly<Record<string, number>>;
  /** What runs the pods of each release, as "Deployment hub". */
  readonly workloads?: Readonly<Record<string, readonly string[]>>;
  /** Custom resource definitions that each release's chart brings, as they were when they were wide enough. */
  readonly crds?: CrdRecord;
  readonly bundle: { readonly id: string; readonly digest: string };
  /** When the bundle was given to the hub; ISO 8601. */
  readonly since: string;
  /** When it was last changed; ISO 8601. */
  readonly at: string;
  readonly renderer: string;
  /** What new servers are started in, by digest. */
  readonly serverImages?: readonly string[];
  /** JupyterHub's version, as far as the bundle knows it. */
  readonly jupyterhub?: string;
  /** The commit whose live settings it has; undefined: there was no commit. */
  readonly commit?: string;
}

/** What was last put in place, kept in the hub's namespace: for saying in words why something differs. No secrets. */
export interface RemoteApplied extends AppliedMetadata {
  readonly version: 1;
  readonly hub: Hub;
  readonly cluster: RemoteCluster;
  readonly images: ImageReferences;
  readonly releases: Readonly<Record<string, Omit<RenderedRelease, "origins">>>;
  /** What was made beside the charts. */
  readonly objects: readonly ObjectReference[];
  /** hubfleet's own Python as the hub got it, for a later hubfleet that has another. */
  readonly code: GivenFiles["code"];
}

export const livePart = "live settings";
export const objectsPart = "objects";
export const secretsPart = "secrets";
export const releasePart = (release: string): string => `release ${release}`;

/** Digests of all that a hub is made of. `secrets`: whatever changes when a secret that people gave does. */
export function partDigests(
  { names, objects, releases }: Pick<RenderedHub, "names" | "objects" | "releases">,
  secrets: unknown,
): PartDigests {
  const isSecret = ({ kind, metadata }: KubernetesObject): boolean =>
    kind === "Secret" && metadata.name === names.secrets;
  const isLive = ({ kind, metadata }: KubernetesObject): boolean =>
    kind === "Secret" && metadata.name === names.current;
  return {
    [livePart]: digestOf(objects.filter(isLive)),
    [secretsPart]: digestOf([objects.filter(isSecret), secrets]),
    [objectsPart]: digestOf(objects.filter((object) => !isSecret(object) && !isLive(object))),
    ...Object.fromEntries(
      releases.map(({ release, origins: _origins, ...content }) => [releasePart(release), digestOf(content)]),
    ),
  };
}

/** The digest by which a running hub says which live settings it has read. */
export function liveDigest({ names, objects }: Pick<RenderedHub, "names" | "objects">): string {
  return sha256(liveText({ names, objects }));
}

export function liveText({ names, objects }: Pick<RenderedHub, "names" | "objects">): string {
  const live = objects.find(({ kind, metadata }) => kind === "Secret" && metadata.name === names.current);
  return (live?.["stringData"] as { readonly "current.json"?: string } | undefined)?.["current.json"] ?? ""; // ownObjects made it
}

export function annotationsOf(applied: AppliedMetadata): Readonly<Record<string, string>> {
  const { parts, revisions, workloads, serverImages, jupyterhub, crds, bundle, since, at, renderer, commit } = applied;
  return {
    [appliedAnnotations.parts]: stableJson({ parts, revisions, workloads, serverImages, jupyterhub, crds }),
    [appliedAnnotations.bundle]: bundle.id,
    [appliedAnnotations.bundleDigest]: bundle.digest,
    [appliedAnnotations.since]: since,
    [appliedAnnotations.at]: at,
    [appliedAnnotations.renderer]: renderer,
    ...(commit === undefined ? {} : { [appliedAnnotations.commit]: commit }),
  };
}

/** Undefined: what is there was not written by hubfleet, or not whole. */
export function readAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
): AppliedMetadata | undefined {
  const of = (name: keyof typeof appliedAnnotations): string => annotations?.[appliedAnnotations[name]] ?? "";
  try {
    const { parts, revisions, ...more } = JSON.parse(of("parts")) as Pick<
      AppliedMetadata,
      "parts" | "revisions" | "workloads" | "serverImages" | "jupyterhub" | "crds"
    >; // annotationsOf wrote it
    const commit = of("commit");
    return {
      ...{ parts, revisions, bundle: { id: of("bundle"), digest: of("bundleDigest") } },
      ...more,
      ...{ since: of("since"), at: of("at"), renderer: of("renderer") },
      ...(commit === "" ? {} : { commit }),
    };
  } catch {
    return undefined;
  }
}

/** Half a digest tells two contents apart, and is short enough for a label. */
function digestOf(content: unknown): string {
  return sha256(stableJson(content)).slice(0, 32);
}
