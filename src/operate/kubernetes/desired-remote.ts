import type { Bundle } from "../../bundle/bundle.ts";
import type { HubPointer } from "../../bundle/deployed.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";
import { imagesOf } from "../../fleet/images-of.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { GivenFiles } from "../../runtime/kubernetes/hub-files.ts";
import type { ImageReferences } from "../../runtime/kubernetes/live-document.ts";
import { type PartDigests, partDigests, type RemoteApplied } from "../../runtime/kubernetes/remote-applied.ts";
import { type RenderedHub, renderHub } from "../../runtime/kubernetes/render-hub.ts";
import { mergeSpeeds } from "../../runtime/local/draft.ts";
import { bundleFileSource } from "../bundles/bundle-look.ts";
import type { OpenedBundle } from "../bundles/open-bundles.ts";
import { keptRemoteCode } from "./given-code.ts";
import { type FilesWorld, readGivenFiles } from "./given-files.ts";
import { readManifests } from "./read-manifests.ts";
import type { RemoteHub } from "./remote-hubs.ts";
import { secretsFingerprint } from "./secrets-fingerprint.ts";

/** Everything about one hub on Kubernetes as it should be. */
export interface DesiredRemote {
  readonly remote: RemoteHub;
  /** Gated settings of what it was given, live ones as they are written now. */
  readonly hub: Hub;
  readonly bundle: { readonly id: string; readonly digest: string };
  readonly since: string;
  readonly renderer: string;
  /** As far as its bundle knows it. */
  readonly jupyterhub: string | undefined;
  readonly images: ImageReferences;
  readonly code: GivenFiles["code"];
  readonly rendered: RenderedHub;
  readonly parts: PartDigests;
}

export interface DesireRemoteProps {
  readonly fleet: Fleet;
  readonly directory: string;
  readonly sources: () => Promise<ImageSources>;
  readonly world: FilesWorld & Pick<LocalWorld, "machine">;
  /** What was put in place last. */
  readonly applied: () => Promise<RemoteApplied | undefined>;
}

/**
 * A hub as its bundle and what is written now make it. Reads no secret and asks neither a registry nor a chart repository.
 * @throws HubfleetErrors where the bundle and the hub's own file do not go together; HubfleetError IMAGE_WITHOUT_CONTAINER,
 * RENDERER_DIFFERS, MANIFEST_INVALID, BUNDLE_FILE_MISSING
 */
export async function desireRemote(
  remote: RemoteHub,
  pointer: HubPointer,
  opened: OpenedBundle,
  props: DesireRemoteProps,
): Promise<DesiredRemote> {
  const { bundle, fleet: given, misfits } = opened;
  const { name } = remote.hub;
  const problems = misfits.get(name);
  if (problems !== undefined) throw new HubfleetErrors(problems);
  const gated = given.hubs.get(name);
  if (gated === undefined) throw new TypeError(`bundle ${bundle.id} knows no hub "${name}"`); // misfits has the others
  const hub = withDigests(mergeSpeeds(gated, remote.hub), bundle);
  const { world, applied, fleet, directory } = props;
  const { renderer } = bundle.document;
  const kept = await keptRemoteCode({ hub: name, bundle: { id: bundle.id, renderer }, applied, world });
  const [files, manifests] = await Promise.all([bundleFiles(hub, bundle, props), readManifests(hub, directory, world)]);
  const images = containersOf(hub, bundle);
  const code = kept ?? files.code;
  const rendered = renderHub({
    ...{ fleet, hub, cluster: remote.cluster, images, manifests },
    files: { code, look: files.look },
  });
  const parts = partDigests(rendered, await secretsFingerprint(hub, directory, world));
  const { id, digest } = bundle;
  const { jupyterhub } = bundle.document;
  const made = { remote, hub, images, code, rendered, parts };
  return { ...made, bundle: { id, digest }, since: pointer.since, renderer, jupyterhub };
}

/**
 * The same for a hub that stays with what it has: it is on hold, its bundle does not go with its file, or nobody can read
 * what it was given.
 */
export async function desireKept(
  remote: RemoteHub,
  applied: RemoteApplied,
  { fleet, directory, world }: DesireRemoteProps,
): Promise<DesiredRemote> {
  const hub = mergeSpeeds(applied.hub, remote.hub);
  const { images, code, renderer, since, bundle, jupyterhub } = applied;
  const [files, manifests] = await Promise.all([
    readGivenFiles(hub, directory, world),
    readManifests(hub, directory, world),
  ]);
  const rendered = renderHub({
    ...{ fleet, hub, cluster: remote.cluster, images, manifests },
    files: { code, look: files.look },
  });
  const parts = partDigests(rendered, await secretsFingerprint(hub, directory, world));
  return { remote, hub, bundle, since, renderer, jupyterhub, images, code, rendered, parts };
}

/** Logo and templates with the bundle's bytes; what only the hub's own file names comes from the working tree. */
async function bundleFiles(
  hub: Hub,
  bundle: Bundle,
  { fleet, directory, sources, world }: DesireRemoteProps,
): Promise<GivenFiles> {
  const { logo, templates } = hub.appearance;
  const isFrozen = (path: string | undefined): path is string =>
    path !== undefined &&
    Object.keys(bundle.document.files).some((file) => file === path || file.startsWith(`${path}/`));
  const frozen = [logo, templates].filter(isFrozen);
  if (frozen.length === 0) return readGivenFiles(hub, directory, world);
  const { git } = await sources();
  const places = new Map<string, string>();
  for (const path of frozen) {
    places.set(path, await bundleFileSource(path, bundle, { uuid: fleet.uuid, directory, git, world }));
  }
  return readGivenFiles(hub, directory, world, (path) => places.get(path));
}

function containersOf(hub: Hub, { id, document }: Bundle): ImageReferences {
  return Object.fromEntries(
    imagesOf(hub).map((name) => {
      const container = document.images[name]?.container;
      if (container !== undefined && container !== "none yet") return [name, container.reference];
      throw new HubfleetError("IMAGE_WITHOUT_CONTAINER", {
        message: `image "${name}" of hub "${hub.name}" has no container in bundle ${id}`,
        hint: "`hubfleet image build --push`, then `hubfleet bundle new`",
      });
    }),
  );
}

/** Charts that the bundle pins by digest are taken by it, also where the files say a version alone. */
function withDigests(hub: Hub, { document }: Bundle): Hub {
  if (hub.charts === undefined) return hub;
  const digestOf = (chart: string, version: string): string | undefined =>
    [document.charts[chart], document.charts[`${chart}@${version}`]].find((one) => one?.version === version)?.digest;
  const charts = Object.fromEntries(
    Object.entries(hub.charts).map(([chart, { version, digest = digestOf(chart, version) }]) => [
      chart,
      { version, ...(digest === undefined ? {} : { digest }) },
    ]),
  );
  return { ...hub, charts };
}
