import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../fleet/fleet.ts";
import type { CheckedVerdict } from "../image/check/image-check-report.ts";
import { containerLabels } from "../image/container/container-labels.ts";
import { type ImageRepository, parseImageReference } from "../image/container/image-reference.ts";
import { checkContainer } from "../operate/container-check/check-container.ts";
import { buildSecrets } from "../operate/containers/build-secrets.ts";
import type { ContainerRecipe } from "../operate/containers/container-recipe.ts";
import type { DecidedTag } from "../operate/containers/decide-tags.ts";
import type { TaggedContainer } from "../operate/containers/look-up-tag.ts";
import { publishContainer } from "../operate/containers/publish-container.ts";
import { recordPush } from "../operate/containers/push-records.ts";
import { checkImage } from "../operate/image-check/check-image.ts";
import { isLockable } from "../operate/images/lock-problems.ts";
import { readLock } from "../operate/resolve-images.ts";
import type { BuilderFacts, BuiltContainer, ContainerBuilder } from "../ports/container-builder.ts";
import type { ContextFiles } from "../ports/context-files.ts";
import type { GitHistory } from "../ports/git.ts";
import type { ImageRepositories } from "../ports/image-repositories.ts";
import type { LargeFiles } from "../ports/large-files.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import type { WritableRegistry } from "../ports/registry.ts";
import { sha256 } from "../runtime/local/digest.ts";
import type { ContainerFacts, ContainerOutcome } from "./container-outcome.ts";
import type { Steps } from "./steps.ts";

export interface ContainerProps {
  readonly fleet: Fleet;
  /** Absolute path of the working tree. */
  readonly directory: string;
  /** Instead of those that image.yaml names. */
  readonly platforms: readonly string[] | undefined;
  readonly push: boolean;
  readonly sources: ContainerSources;
  readonly world: LocalWorld;
  readonly steps: Steps;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** What containers are made from and with, beyond this machine's own. */
export interface ContainerSources {
  readonly git: GitHistory;
  readonly contextFiles: ContextFiles;
  readonly largeFiles: LargeFiles;
  readonly registry: WritableRegistry;
  readonly repositories: ImageRepositories;
  /** Opened when something is to be built. @throws HubfleetError BUILDER_MISSING, BUILDER_UNUSABLE */
  readonly findBuilder: () => Promise<{ readonly builder: ContainerBuilder; readonly facts: BuilderFacts }>;
  /** Address of the package index that locks are made with; "offline" where none is asked. */
  readonly index: () => Promise<string>;
}

/** An image's container before anything is built. */
export interface PlannedContainer {
  readonly image: Image;
  readonly decided: DecidedTag;
  readonly recipe: ContainerRecipe;
  /** Where it belongs; undefined where the fleet has no registry. */
  readonly place: Place | undefined;
}

type Place = ImageRepository & { readonly tag: string };
type BuildProps = ContainerProps & { readonly scratch: string };

/** Builds one container for each of its platforms, tests it, and pushes it when it passed. Nothing of it stays here. */
export async function buildContainer(planned: PlannedContainer, props: BuildProps): Promise<ContainerOutcome> {
  const { image } = planned;
  const target = `image/${image.name}`;
  const checks: CheckedVerdict[] = [];
  // Before the checks, which take minutes.
  const { builder, facts } = await props.sources.findBuilder();
  const refused = (): ContainerOutcome => ({ target, kind: "failed", errors: [notPassed(target, checks)], checks });
  if (props.push && isLockable(image)) {
    const report = await checkImage({ ...props, image, only: undefined, again: false });
    checks.push(...report.checks);
    if (report.verdict !== "passed") return refused();
  }
  const context = await makeContext(planned, props);
  const platforms = props.platforms ?? image.platforms;
  const built: BuiltContainer[] = [];
  try {
    for (const platform of platforms) built.push(await buildOne(planned, { ...props, builder, platform, context }));
    for (const one of built) {
      if (!facts.runs.includes(one.platform)) checks.push(notRun(one.platform, facts.platform));
      else checks.push(...(await checkContainer({ ...props, image, built: one, builder })));
    }
    if (checks.some(({ result }) => result === "failed" || result === "interrupted")) return refused();
    const note = `${platforms.join(", ")}, by ${facts.says}`;
    if (props.push) return await offer(planned, { ...props, builder, built, checks, note });
    return { target, kind: "built", container: factsOf(planned, props), note, checks };
  } finally {
    for (const one of built) await builder.remove(one);
  }
}

interface Context {
  /** Absolute path of what the builder is sent. */
  readonly directory: string;
  /** Absolute path of the Dockerfile, beside it. */
  readonly dockerfile: string;
  readonly dockerfileName: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly lock: string | undefined;
}

/** The very bytes that the tag was made from, and nothing else of the working tree. */
async function makeContext({ image, decided, recipe }: PlannedContainer, props: BuildProps): Promise<Context> {
  const { scratch, world, sources, directory } = props;
  const context = `${scratch}/context`;
  const dockerfile = `${scratch}/Dockerfile`;
  const from = `${directory}/${image.directory}`;
  await sources.contextFiles.place({ from, to: context, files: decided.files, sourceDateEpoch: dated });
  await world.files.ensureFile(dockerfile, decided.dockerfile, 0o644);
  const [secrets, locked] = await Promise.all([
    buildSecrets({ scratch, directory, index: await sources.index(), world }),
    isLockable(image) ? readLock(image, directory, world) : undefined,
  ]);
  const dockerfileName = recipe.isOwn ? `${image.directory}/Dockerfile` : "the Dockerfile that hubfleet made";
  return { directory: context, dockerfile, dockerfileName, secrets, lock: locked?.lock };
}

/**
 * What files and images are dated with, 1980 (archives know no earlier year): a time of the commit would make every layer
 * another one with every commit, though nothing in it changed. When it was committed stands in the labels.
 */
const dated = Date.UTC(1980, 0, 1) / 1000;

interface OneProps extends BuildProps {
  readonly builder: ContainerBuilder;
  readonly platform: string;
  readonly context: Context;
}

async function buildOne({ image, decided, recipe }: PlannedContainer, props: OneProps): Promise<BuiltContainer> {
  const { tag, inputsDigest: inputs, createdAt, isDirty } = decided;
  const { builder, platform, context, steps, signal } = props;
  const { name, description } = image;
  const lock = context.lock === undefined ? undefined : sha256(context.lock);
  const revision = isDirty ? undefined : decided.revision;
  const request = {
    contextDirectory: context.directory,
    dockerfile: context.dockerfile,
    dockerfileName: context.dockerfileName,
    platform,
    labels: containerLabels({ image: name, description, tag, inputs, lock, revision, created: createdAt }),
    buildArguments: recipe.buildArguments,
    secrets: context.secrets,
    sourceDateEpoch: dated,
    name: `${decided.repository}:${tag}`,
  };
  return steps.run(`image/${name}`, `build for ${platform}`, () => builder.build(request, { signal }));
}

interface OfferProps extends BuildProps {
  readonly builder: ContainerBuilder;
  readonly built: readonly BuiltContainer[];
  readonly checks: readonly CheckedVerdict[];
  readonly note: string;
}

/** Puts it into the registry, then into those that clusters pull from. */
async function offer(planned: PlannedContainer, props: OfferProps): Promise<ContainerOutcome> {
  const { built, checks, note, sources, scratch, world, steps, fleet, report, signal } = props;
  const { place, recipe } = planned;
  const target = `image/${planned.image.name}`;
  if (place === undefined) throw new Error("pushing without a registry is refused before");
  const archives = await save(built, props);
  const { registry, largeFiles: files } = sources;
  const push = { registry, files, scratch: `${scratch}/layers`, name: target, report, signal };
  const base = recipe.base === "scratch" ? undefined : parseImageReference(recipe.base);
  const published = await steps.run(
    target,
    "push",
    () => publishContainer({ ...push, archives, base, target: place, tag: place.tag }),
    ({ digest }) => digest,
  );
  await recordPush(fleet.uuid, { ...place, digest: published.digest, at: world.clock.now() }, world);
  const container = factsOf(planned, props, published);
  return { target, kind: "pushed", container, note, checks, mirrors: [] };
}

async function save(
  built: readonly BuiltContainer[],
  { builder, scratch, signal }: OfferProps,
): Promise<readonly { readonly platform: string; readonly file: string }[]> {
  const archives = built.map(({ platform }, index) => ({ platform, file: `${scratch}/${index}.tar` }));
  for (const [index, { file }] of archives.entries()) {
    const one = built[index];
    if (one !== undefined) await builder.save(one, file, signal);
  }
  return archives;
}

/** What is said of a container; `there` where a registry has it. */
export function factsOf(
  { image, decided, place }: PlannedContainer,
  { platforms }: Pick<ContainerProps, "platforms">,
  there?: Pick<TaggedContainer, "digest">,
): ContainerFacts {
  const { tag, inputsDigest: inputs, revision = null, isDirty } = decided;
  const repository = place === undefined ? null : `${place.registry}/${place.repository}`;
  return {
    tag,
    inputs,
    revision: isDirty ? null : revision,
    repository,
    reference: there === undefined || repository === null ? null : `${repository}:${tag}@${there.digest}`,
    digest: there?.digest ?? null,
    platforms: platforms ?? image.platforms,
  };
}

function notRun(platform: string, own: string): CheckedVerdict {
  const summary = `${platform} cannot be run on ${own}`;
  return { check: `container/${platform}`, result: "skipped", summary, milliseconds: 0, from: null, files: [] };
}

function notPassed(target: string, checks: readonly CheckedVerdict[]): HubfleetError {
  const failed = checks.filter(({ result }) => result === "failed" || result === "interrupted");
  const lines = failed.map(({ check, summary }) => `${check}: ${summary}`);
  const [file] = failed.flatMap(({ files }) => files);
  return new HubfleetError("IMAGE_NOT_PASSED", {
    message: `${target} did not pass what it has to pass before it is offered; nothing was pushed\n  ${lines.join("\n  ")}`,
    hint: file === undefined ? `\`hubfleet check ${target}\` looks again` : `what it said is kept in ${file}`,
  });
}
