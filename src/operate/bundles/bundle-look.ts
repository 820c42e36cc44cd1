import { createHash } from "node:crypto";
import { basename, extname } from "node:path/posix";

import type { Bundle } from "../../bundle/bundle.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { GitTrees } from "../../ports/git.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { Look } from "../../runtime/local/desired-hub.ts";
import { fleetPaths, hubPaths } from "../../runtime/local/paths.ts";

export interface BundleFilesProps {
  readonly uuid: string;
  /** The fleet's. */
  readonly directory: string;
  readonly git: GitTrees;
  readonly world: Pick<LocalWorld, "files" | "machine">;
}

/** What a hub shows of its own, and where the files are copied from: to → from, absolute. */
export interface HubLook {
  readonly look: Look;
  readonly copies: ReadonlyMap<string, string>;
}

/**
 * Logo and templates of a hub that runs a bundle, named as those of the working tree are, so that the same bytes are no
 * change. `hub`: as it is with the bundle. What only its own file names is taken from the working tree.
 * @throws HubfleetError BUNDLE_FILE_MISSING
 */
export async function bundleLook(
  { name, appearance }: Pick<Hub, "name" | "appearance">,
  bundle: Pick<Bundle, "id" | "document">,
  props: BundleFilesProps,
): Promise<HubLook> {
  const { uuid, directory, world } = props;
  const copies = new Map<string, string>();
  const nameOf = async (path: string | undefined): Promise<string | undefined> => {
    if (path === undefined) return undefined;
    const isFrozen = filesBelow(path, bundle).length > 0;
    const source = isFrozen ? await bundleFileSource(path, bundle, props) : `${directory}/${path}`;
    const digest = await world.files.digest(source);
    if (digest === undefined) return undefined;
    const copy = `${digest.slice(0, 16)}${extname(path)}`;
    copies.set(`${hubPaths(world.machine.stateRoot, uuid, name).look}/${copy}`, source);
    return copy;
  };
  const [logo, templates] = await Promise.all([nameOf(appearance.logo), nameOf(appearance.templates)]);
  const look = { ...(logo === undefined ? {} : { logo }), ...(templates === undefined ? {} : { templates }) };
  return { look, copies };
}

/**
 * A file, or a directory of files, with exactly the bytes that the bundle names: an absolute path in the state directory.
 * They come from the working tree where that has them still, else from Git.
 * @throws HubfleetError BUNDLE_FILE_MISSING
 */
export async function bundleFileSource(
  path: string,
  bundle: Pick<Bundle, "id" | "document">,
  props: BundleFilesProps,
): Promise<string> {
  const { uuid, world } = props;
  const found = filesBelow(path, bundle);
  const isFile = found.some((one) => one.path === path);
  const wanted = found.map((one) => ({ ...one, name: isFile ? basename(path) : one.path.slice(path.length + 1) }));
  if (wanted.length === 0 || wanted.some(({ name }) => name.split("/").includes(".."))) throw missing(path, bundle);
  const content = JSON.stringify(wanted.map(({ name, digest }) => [name, digest]));
  const key = createHash("sha256").update(content).digest("hex").slice(0, 32);
  const place = `${fleetPaths(world.machine.stateRoot, uuid).bundleFiles}/${key}`;

  const isThere = await Promise.all(
    wanted.map(async ({ name, digest }) => hasDigest(await world.files.readBytes(`${place}/${name}`), digest)),
  );
  const absent = wanted.filter((_, index) => isThere[index] !== true);
  if (absent.length > 0) {
    const contents = await gather(absent, bundle, props);
    for (const one of absent) {
      const bytes = contents.get(one.path);
      if (bytes === undefined) throw missing(one.path, bundle);
      await world.files.ensureFile(`${place}/${one.name}`, bytes, 0o644);
    }
  }
  return isFile ? `${place}/${basename(path)}` : place;
}

interface BundleFile {
  readonly path: string;
  /** "sha256:…" */
  readonly digest: string;
}

function filesBelow(path: string, { document }: Pick<Bundle, "document">): readonly BundleFile[] {
  return Object.entries(document.files)
    .filter(([file]) => file === path || file.startsWith(`${path}/`))
    .map(([file, digest]) => ({ path: file, digest }));
}

/** Settings that a patch took over are of an earlier commit than the patch. */
async function gather(
  wanted: readonly BundleFile[],
  { document }: Pick<Bundle, "document">,
  { directory, git, world }: BundleFilesProps,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const keep = ({ path, digest }: BundleFile, bytes: Uint8Array | undefined): void => {
    if (bytes !== undefined && hasDigest(bytes, digest)) found.set(path, bytes);
  };
  for (const one of wanted) {
    keep(one, await world.files.readBytes(`${directory}/${one.path}`).catch(() => undefined));
  }
  for (const commit of new Set([document.settings.commit, document.commit])) {
    const absent = wanted.filter(({ path }) => !found.has(path));
    const tree = absent.length === 0 ? undefined : await git.treeAt(directory, commit);
    const listed = absent.flatMap((one) => {
      const entry = tree?.get(one.path);
      return entry?.kind === "file" ? [{ one, entry }] : [];
    });
    const contents =
      listed.length === 0
        ? new Map<string, Uint8Array>()
        : await git.contents(
            directory,
            listed.map(({ entry }) => entry),
          );
    for (const { one, entry } of listed) {
      keep(one, contents.get(entry.id));
      if (!found.has(one.path)) keep(one, await git.checkedOut(directory, commit, one.path));
    }
  }
  return found;
}

function hasDigest(bytes: Uint8Array | undefined, digest: string): boolean {
  return bytes !== undefined && `sha256:${createHash("sha256").update(bytes).digest("hex")}` === digest;
}

function missing(path: string, { id, document }: Pick<Bundle, "id" | "document">): HubfleetError {
  const commit = document.settings.commit.slice(0, 12);
  return new HubfleetError("BUNDLE_FILE_MISSING", {
    message: `"${path}" as bundle ${id} has it is neither in the working tree nor in what this clone has of commit ${commit}`,
    hint: "`git fetch --unshallow` brings all commits into a clone that has the newest ones only",
  });
}
