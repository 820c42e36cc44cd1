import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import { versionStep } from "../version/version-step.ts";
import { describeFinding, judgePair } from "./judge-pair.ts";
import { type PairSide, pairSide } from "./pair-side.ts";

/** An image with the lock that it would be built from. */
export interface LockedImage {
  readonly name: string;
  /** Python minor. */
  readonly python: string;
  readonly lock: string;
  /** Where the lock lies, relative to the fleet's root. */
  readonly path: string;
}

/** The notebook and worker images that a hub puts together, by its profiles and by itself; each pair once. */
export function pairsOf({ images, profiles }: Pick<Hub, "images" | "profiles">): readonly ImagePair[] {
  const all = [
    { notebook: images.notebook, worker: images.worker },
    ...profiles.map(({ notebookImage, workerImage }) => ({ notebook: notebookImage, worker: workerImage })),
  ];
  return [...new Map(all.map((pair) => [`${pair.notebook} ${pair.worker}`, pair])).values()];
}

export interface ImagePair {
  readonly notebook: string;
  readonly worker: string;
}

/** Whether the image has anything to do with Dask; what has not is no half of a pair. */
export function speaksDask({ versions }: PairSide): boolean {
  return versions.has("dask") || versions.has("distributed");
}

/**
 * Images of a hub whose locks disagree on what must be the same. An image without a usable lock is left out: that is
 * another problem, or about to be mended by locking it.
 * @throws HubfleetError LOCK_UNREADABLE
 */
export function disagreements(hub: Hub, imageOf: (name: string) => LockedImage | undefined): readonly HubfleetError[] {
  if (!hub.dask.enabled) return [];
  const sides = new Map<string, PairSide>();
  const sideOf = (image: LockedImage): PairSide => {
    const known = sides.get(image.name) ?? pairSide(image);
    sides.set(image.name, known);
    return known;
  };
  const pairs = pairsOf(hub).flatMap(({ notebook, worker }) => {
    const [here, there] = [imageOf(notebook), imageOf(worker)];
    if (here === undefined || there === undefined || notebook === worker) return [];
    return pairProblem({ hub, notebook: sideOf(here), worker: sideOf(there), image: there });
  });
  const server = imageOf(hub.images.hub);
  if (server === undefined) return pairs;
  const users = new Set(pairsOf(hub).flatMap(({ notebook, worker }) => [notebook, worker]));
  const gateways = [...users].flatMap((name) => {
    const image = imageOf(name);
    return image === undefined ? [] : gatewayProblem({ hub, server: sideOf(server), side: sideOf(image), image });
  });
  return [...pairs, ...gateways];
}

interface PairProblemProps {
  readonly hub: Hub;
  readonly notebook: PairSide;
  readonly worker: PairSide;
  readonly image: LockedImage;
}

function pairProblem({ hub, notebook, worker, image }: PairProblemProps): readonly HubfleetError[] {
  if (!speaksDask(notebook)) return [];
  const refused = judgePair(notebook, worker).filter(({ severity }) => severity === "refused");
  const [first] = refused;
  if (first === undefined) return [];
  const words = refused.map(describeFinding).join("; ");
  return [
    new HubfleetError("PAIR_DISAGREES", {
      message: `notebook image "${notebook.image}" and worker image "${worker.image}" of hub "${hub.name}" do not fit: ${words}`,
      hint: `write the same versions into what both are made from, and lock them again; or use one image for both`,
      at: positionIn(image, first.name),
    }),
  ];
}

interface GatewayProblemProps {
  readonly hub: Hub;
  readonly server: PairSide;
  readonly side: PairSide;
  readonly image: LockedImage;
}

/** On this machine the gateway's server runs in the hub's image; what talks to it is of the same release. */
function gatewayProblem({ hub, server, side, image }: GatewayProblemProps): readonly HubfleetError[] {
  const [theirs, ours] = [server.versions.get("dask-gateway-server"), side.versions.get("dask-gateway")];
  if (theirs === undefined || ours === undefined || versionStep(theirs, ours) === undefined) return [];
  return [
    new HubfleetError("PAIR_DISAGREES", {
      message: `image "${side.image}" has dask-gateway ${ours}, and hub image "${server.image}" of hub "${hub.name}" has dask-gateway-server ${theirs}`,
      hint: "write the same version into the requirements of both, and lock them again",
      at: positionIn(image, "dask-gateway"),
    }),
  ];
}

/** The line of the lock that pins the package; its first line for a package that it does not pin. */
function positionIn({ lock, path }: LockedImage, name: string): SourcePosition {
  const lines = lock.split(/\r?\n/);
  const loose = name.replaceAll("-", "[-_.]");
  const pin = new RegExp(`^(?:${loose}\\s*(?:==|@)|@conda \\S+ \\S+/${loose}(?:-core)?-\\d)`, "i");
  const index = lines.findIndex((line) => pin.test(line));
  const line = lines[index];
  if (line === undefined) return { path, line: 1, column: 1 };
  const excerpt = line.replace(/\s*\\$/, "");
  return { path, line: index + 1, column: 1, length: excerpt.length, excerpt };
}
