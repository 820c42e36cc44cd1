import { HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { Image } from "../fleet/fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import { addCondaDependencies } from "../image/add-conda-dependencies.ts";
import { type AddedRequirements, addRequirements, isSpecifier } from "../image/add-requirements.ts";
import { resolveImage } from "../operate/resolve-images.ts";
import { describeLockDifference } from "../plan/lock-difference.ts";
import { type BuildProps, ensureEnvironment, ensureLock } from "./ensure-images.ts";

export interface AddPackagesProps extends BuildProps {
  readonly image: Image;
  readonly specifiers: readonly string[];
  /** Absolute path of the working tree. */
  readonly directory: string;
  /** Reads the fleet anew, edited as it is then. */
  readonly read: () => Promise<FleetReading>;
}

export interface AddedPackages {
  readonly target: string;
  /** The file that people write, relative to the fleet's root. */
  readonly file: string;
  /** Specifiers that were written into it, and those that stood there. */
  readonly changed: readonly string[];
  readonly present: readonly string[];
  readonly lock: string;
  /** What the lock has now that it had not. */
  readonly difference: string;
  readonly environment: string;
}

/**
 * Declares packages in an image, locks it and builds its environment. Where the packages cannot be had, the file is as
 * it was before, to the byte, and so is the lock.
 * @throws HubfleetError REQUIREMENT_INVALID, LOCK_FAILED, ENVIRONMENT_FAILED; HubfleetErrors where the edited fleet breaks a rule
 */
export async function addPackages(props: AddPackagesProps): Promise<AddedPackages> {
  const { image, directory, world } = props;
  refuseOdd(props.specifiers);
  const file = fileToEdit(image);
  const path = `${directory}/${file}`;
  const before = (await world.files.read(path)) ?? "";
  const added = edit(file, before, props.specifiers);
  const resolved = await resolveImage(image, directory, world);
  let locked = resolved;
  try {
    if (added.text !== before) await world.files.ensureFile(path, added.text, 0o644);
    const { lockable, problems } = await props.read();
    if (lockable === undefined) throw new HubfleetErrors(problems);
    locked = await ensureLock(await resolveImage(image, directory, world), directory, props);
  } catch (thrown) {
    await world.files.ensureFile(path, before, 0o644);
    throw thrown;
  }
  await ensureEnvironment(locked, directory, props);
  return {
    target: `image/${image.name}`,
    file,
    changed: added.changed,
    present: added.present,
    lock: image.lock,
    difference: describeLockDifference(resolved.lock ?? "", locked.lock ?? ""),
    environment: locked.draft?.environment ?? "",
  };
}

/** requirements.txt where there is one, else environment.yml. */
function fileToEdit({ name, requirements, inputs, variantOf, from, directory }: Image): string {
  if (from !== undefined) {
    throw new HubfleetError("IMAGE_NOT_LOCAL", {
      message: `image "${name}" is taken from "${from}"; nothing can be added to it`,
      hint: `make an image of your own with that one as \`base\`, or add the package where "${name}" is built`,
    });
  }
  const conda = `${directory}/environment.yml`;
  const has = (path: string): boolean => inputs.some((input) => input.path === path);
  return variantOf === undefined && !has(requirements) && has(conda) ? conda : requirements;
}

function edit(file: string, text: string, specifiers: readonly string[]): AddedRequirements {
  return file.endsWith(".yml") ? addCondaDependencies(text, specifiers) : addRequirements(text, specifiers);
}

function refuseOdd(specifiers: readonly string[]): void {
  const odd = specifiers.filter((specifier) => !isSpecifier(specifier));
  if (odd.length === 0) return;
  throw new HubfleetErrors(
    odd.map(
      (specifier) =>
        new HubfleetError("REQUIREMENT_INVALID", {
          message: `${JSON.stringify(specifier)} is no requirement`,
          hint: specifier.includes("://")
            ? "name the package before its address: 'NAME @ git+https://…@<40 hexadecimal digits of the commit>'"
            : "write a name, with extras and versions if wanted, in quotes: 'xarray[io]>=2024'",
        }),
    ),
  );
}
