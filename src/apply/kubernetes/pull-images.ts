import { parseAllDocuments } from "yaml";

import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { nodeGroupsOf } from "../../fleet/normalize-kubernetes.ts";
import { clusterSettings } from "../../operate/kubernetes/cluster-target.ts";
import { lookUpImages } from "../../operate/kubernetes/look-up-images.ts";
import type { PlannedRemote } from "../../operate/kubernetes/plan-remotes.ts";
import type { KeptChart } from "../../ports/helm.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { chartImages, type PlacedImage, planPulls, userImages } from "../../runtime/kubernetes/images/plan-pulls.ts";
import type { RenderedRelease } from "../../runtime/kubernetes/render-hub.ts";
import type { Steps } from "../steps.ts";
import { pullOnNodes, type PullVerdict } from "./pull-on-nodes.ts";

export interface PullImagesProps {
  readonly planned: PlannedRemote;
  /** Releases that are to be changed. */
  readonly going: readonly { readonly release: RenderedRelease; readonly chart: KeptChart }[];
  /** What the hub had until now, by name; undefined: nothing. */
  readonly before: Readonly<Record<string, string>> | undefined;
  readonly connection: ClusterConnection;
  readonly labels: Readonly<Record<string, string>>;
  readonly sources: () => Promise<Pick<ImageSources, "registry">>;
  readonly world: Pick<LocalWorld, "clock">;
  readonly steps: Steps;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** After this, pods wait for their own image as they always did. */
const limitMilliseconds = 8 * 60_000;

/**
 * Looks every image up that a hub is to run, and has the nodes pull what they lack, with a verdict for each, before anything of
 * the hub is changed. Nothing is asked where no image is new.
 * @throws HubfleetErrors IMAGE_NOT_FOUND, IMAGE_NOT_PULLED
 */
export async function pullImages(props: PullImagesProps): Promise<void> {
  const { planned, going, before, connection, sources, report, steps, signal } = props;
  const { desired, remote } = planned;
  const { pull } = clusterSettings(remote.cluster);
  const news = Object.values(desired.images).filter((image) => !Object.values(before ?? {}).includes(image));
  if (pull === "none" || (going.length === 0 && news.length === 0)) return;
  const target = `hub/${remote.hub.name}`;
  const placed = await placedImages(props);
  const nodes = await listNodes(connection, signal);
  if (nodes === undefined)
    report({ target, text: "no right to see nodes: images are pulled when pods start", state: "note" });
  const pulls = planPulls(placed, nodes ?? []);
  const lacking = new Set(pulls.flatMap(({ images }) => images));
  const all = [...new Set(placed.map(({ image }) => image))].toSorted();
  // What every node has, nobody has to look for.
  const asked = nodes === undefined || nodes.length === 0 ? all : all.filter((image) => lacking.has(image));
  if (asked.length === 0) return;
  await steps.run(target, `look up ${count(asked.length, "image")}`, async () => {
    const { registry } = await sources();
    const { absent, unknown } = await lookUpImages(asked, registry, signal);
    for (const text of unknown) report({ target, text, state: "note" });
    if (absent.length > 0) throw new HubfleetErrors(absent);
  });
  if (pull === "registry" || pulls.length === 0) return;
  const { namespace } = remote.names;
  const about = { connection, namespace, labels: props.labels, clock: props.world.clock, limitMilliseconds, signal };
  await steps.run(target, `pull images on ${count(pulls.length, "node")}`, async () => {
    const verdicts = await pullOnNodes(pulls, about);
    for (const verdict of verdicts) {
      if (verdict.kind !== "slow") continue;
      const text = `node ${verdict.node} still pulls after ${limitMilliseconds / 60_000} minutes; pods there wait for it`;
      report({ target, text, state: "note" });
    }
    const failed = verdicts.filter((verdict) => verdict.kind === "failed");
    if (failed.length > 0) throw new HubfleetErrors(failed.map(notPulled));
  });
}

async function placedImages({ planned, going, connection, signal }: PullImagesProps): Promise<readonly PlacedImage[]> {
  const { desired, remote } = planned;
  const { namespace } = remote.names;
  const kubernetesVersion = await connection.version(signal);
  const rendered: PlacedImage[] = [];
  for (const { release, chart } of going) {
    // Placeholders where secrets go: none of them names an image.
    const request = { chart, release: { name: release.release, namespace }, values: release.values, kubernetesVersion };
    const documents = parseAllDocuments(await remote.helm.template(request, signal), { merge: true });
    rendered.push(...chartImages(documents.flatMap((document) => (document.toJS() as KubernetesObject | null) ?? [])));
  }
  const pullSecrets = [...new Set(rendered.flatMap((one) => one.pullSecrets))];
  return [
    ...rendered,
    ...userImages(desired.hub, desired.images, { nodeGroups: nodeGroupsOf(remote.cluster), pullSecrets }),
  ];
}

/** Undefined: this operator has rights in namespaces only. */
async function listNodes(
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[] | undefined> {
  try {
    return await connection.list({ apiVersion: "v1", kind: "Node" }, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (fromUnknown(thrown).every(({ code }) => code === "CLUSTER_DENIED")) return undefined;
    throw thrown;
  }
}

function notPulled(verdict: PullVerdict & { readonly kind: "failed" }): HubfleetError {
  return new HubfleetError("IMAGE_NOT_PULLED", {
    message: `node ${verdict.node}: ${verdict.words}`,
    hint: `${verdict.hint}; nothing of the hub was changed`,
    retry: "later",
  });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
