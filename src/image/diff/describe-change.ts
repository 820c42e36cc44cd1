import { assertNever } from "../../errors/assert-never.ts";
import type { Pin, PinSource } from "./image-contents.ts";
import type { Aspect, PackageChange } from "./package-change.ts";

/** A change in a few words: "+ scipy 1.17.0", "numpy 2.3.5 → 2.4.6", "− six", "dask 2026.3.0, rebuilt". */
export function describeChange(change: PackageChange): string {
  const { name, from, to, step } = change;
  if (from === undefined) return `+ ${name} ${describePin(to)}`;
  if (to === undefined) return `− ${name}`;
  const [was, is] = [describePin(from), describePin(to)];
  const isVersion = step !== undefined || (was !== is && from.version === to.version);
  const rest = change.aspects.filter((aspect) => aspect !== "commit").map((aspect) => describeAspect(aspect, change));
  return [isVersion ? `${name} ${was} → ${is}` : `${name} ${is}`, ...rest].join(", ");
}

/** How a change is judged, in a few words: "minor", "downgrade (major)", "into another year", "added". */
export function describeKind(change: PackageChange): string {
  const { from, to, step, aspects } = change;
  if (from === undefined) return "added";
  if (to === undefined) return "removed";
  const words = [
    ...(step === undefined ? [] : [describeStep(step)]),
    ...aspects.map((aspect) => describeAspect(aspect, change)),
  ];
  return words.join(", ");
}

/** What a pin is, where there is no version: the commit's first digits, the address. */
export function describePin(pin: Pin | undefined): string {
  if (pin === undefined) return "";
  const { source, version } = pin;
  if (source.kind === "git") return `${version === undefined ? "" : `${version} `}commit ${source.commit.slice(0, 10)}`;
  return version ?? (source.kind === "url" ? source.url : "");
}

function describeStep({ size, direction, isCalendar, toPreRelease }: NonNullable<PackageChange["step"]>): string {
  const how = isCalendar ? calendarSizes[size] : sizes[size];
  const going = direction === "down" ? `downgrade (${how})` : how;
  return toPreRelease && size !== "pre" ? `${going}, to a pre-release` : going;
}

const sizes = {
  major: "major",
  minor: "minor",
  patch: "patch",
  pre: "pre-release",
  post: "post-release",
  local: "local label",
  other: "version",
} as const;

/** A year is no promise about what breaks, so it is not called a major. */
const calendarSizes = { ...sizes, major: "into another year", minor: "within the year" } as const;

function describeAspect(aspect: Aspect, { from, to }: PackageChange): string {
  switch (aspect) {
    case "rebuilt":
      return "rebuilt: other files of the same version";
    case "files":
      return "files added or withdrawn";
    case "build":
      return `build ${buildOf(from)} → ${buildOf(to)}`;
    case "commit":
      return "another commit";
    case "source":
      return `moved from ${describeSource(from?.source)} to ${describeSource(to?.source)}`;
    case "marker":
      return `for ${to?.marker ?? "all platforms"} instead of ${from?.marker ?? "all platforms"}`;
    case "direct":
      return to?.isDirect === true ? "now asked for by name" : "no longer asked for by name";
    default:
      return assertNever(aspect);
  }
}

function describeSource(source: PinSource | undefined): string {
  if (source === undefined) return "";
  switch (source.kind) {
    case "index":
      return source.url ?? "the package index";
    case "git":
      return `git ${source.url}`;
    case "url":
      return source.url;
    case "directory":
      return "a directory";
    case "conda":
      return `conda ${source.channel}`;
    case "debian":
      return `Debian (${source.architecture})`;
    default:
      return assertNever(source);
  }
}

function buildOf(pin: Pin | undefined): string {
  return pin?.source.kind === "conda" ? pin.source.build : "";
}
