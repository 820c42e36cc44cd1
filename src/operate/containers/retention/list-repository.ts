import pMap from "p-map";

import { HubfleetError } from "../../../errors/hubfleet-error.ts";
import type { ImageRepository } from "../../../image/container/image-reference.ts";
import { parseConfig } from "../../../image/container/parse-config.ts";
import { parseManifest, parseObject } from "../../../image/container/parse-manifest.ts";
import type { StoredManifest } from "../../../image/retention/plan-retention.ts";
import type { WritableRegistry } from "../../../ports/registry.ts";
import { readSmallBlob } from "../read-small-blob.ts";

/** A manifest before it is known whether this repository has the commit that it was built of. */
export interface ListedManifest extends Omit<StoredManifest, "maker"> {
  /** Undefined where hubfleet's labels are not there. */
  readonly image: string | undefined;
  /** Commits that it, and what it lists, were built of; undefined where one says none. */
  readonly revisions: readonly (string | undefined)[];
}

export interface ListingProps {
  readonly registry: Pick<WritableRegistry, "tags" | "resolve" | "manifest" | "blob">;
  readonly signal: AbortSignal;
}

const atOnce = 4;

/** Everything that a repository has under a tag, and what that names. */
export async function listRepository(place: ImageRepository, props: ListingProps): Promise<readonly ListedManifest[]> {
  const tagsOf = new Map<string, string[]>();
  const named = await pMap(
    await props.registry.tags(place, props.signal),
    async (tag) => [tag, await props.registry.resolve(place, tag, props.signal)] as const,
    { concurrency: atOnce },
  );
  for (const [tag, digest] of named) {
    if (digest !== undefined) tagsOf.set(digest, [...(tagsOf.get(digest) ?? []), tag]);
  }
  const listed = new Map<string, ListedManifest>();
  await pMap(tagsOf.keys(), async (digest) => look(place, digest, { ...props, listed, tagsOf, depth: 0 }), {
    concurrency: atOnce,
  });
  return [...listed.values()].toSorted((one, other) => one.digest.localeCompare(other.digest));
}

interface Looking extends ListingProps {
  readonly listed: Map<string, ListedManifest>;
  readonly tagsOf: ReadonlyMap<string, readonly string[]>;
  readonly depth: number;
}

async function look(place: ImageRepository, digest: string, looking: Looking): Promise<ListedManifest | undefined> {
  const { registry, signal, listed, tagsOf, depth } = looking;
  const known = listed.get(digest);
  if (known !== undefined) return known;
  const name = `${place.registry}/${place.repository}@${digest}`;
  const tags = tagsOf.get(digest) ?? [];
  const text = await readManifest(place, digest, looking);
  if (text === undefined) return undefined;
  const foreign: ListedManifest = { digest, tags, children: [], createdAt: undefined, image: undefined, revisions: [] };
  const manifest = depth > 3 ? undefined : readable(text, name);
  let found = foreign;
  if (manifest?.kind === "list") {
    const parts = await Promise.all(
      manifest.images.map((part) => look(place, part.digest, { ...looking, depth: depth + 1 })),
    );
    found = asList(
      foreign,
      manifest.images.map((part) => part.digest),
      parts.filter((part) => part !== undefined),
    );
  } else if (manifest !== undefined) {
    const config = await readSmallBlob(registry, { ...place, digest: manifest.config }, { name, signal });
    found = { ...foreign, ...factsOf(config, name) };
  }
  listed.set(digest, found);
  return found;
}

/** A part that is gone already is no part any more. */
async function readManifest(
  place: ImageRepository,
  digest: string,
  { registry, signal, depth }: Looking,
): Promise<string | undefined> {
  try {
    return await registry.manifest({ ...place, digest }, signal);
  } catch (error) {
    if (depth > 0 && error instanceof HubfleetError && error.code === "IMAGE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** As old as its youngest part, and hubfleet's if all of them are. */
function asList(
  manifest: ListedManifest,
  children: readonly string[],
  parts: readonly ListedManifest[],
): ListedManifest {
  const times = parts.map(({ createdAt }) => createdAt?.getTime());
  const isDated = times.length > 0 && times.every((time) => time !== undefined);
  return {
    ...manifest,
    children,
    createdAt: isDated ? new Date(Math.max(...times.map((time) => time ?? 0))) : undefined,
    image: parts.every(({ image }) => image !== undefined) ? parts[0]?.image : undefined,
    revisions: parts.flatMap(({ revisions }) => revisions),
  };
}

/** What hubfleet cannot read it did not make. */
function readable(text: string, name: string): ReturnType<typeof parseManifest> | undefined {
  try {
    return parseManifest(text, name);
  } catch {
    return undefined;
  }
}

function factsOf(config: string, name: string): Partial<ListedManifest> {
  try {
    const { labels } = parseConfig(config, name).settings;
    const written = labels["org.opencontainers.image.created"] ?? parseObject(config, name)["created"];
    const time = typeof written === "string" ? Date.parse(written) : Number.NaN;
    return {
      // Without Git there is no time, and builders then write that of 1970.
      createdAt: time > 0 ? new Date(time) : undefined,
      image: labels["org.hubfleet.image"],
      revisions: [labels["org.opencontainers.image.revision"]],
    };
  } catch {
    return {};
  }
}
