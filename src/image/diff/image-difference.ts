import type { ImageContents, ImageSize } from "./image-contents.ts";
import type { PackageChange } from "./package-change.ts";

/** What differs between two images; what `-o json` prints, with the sides' remarks. */
export interface ImageDifference {
  readonly version: 1;
  readonly before: Side;
  readonly after: Side;
  /** Environments in which something differs. */
  readonly environments: readonly EnvironmentDifference[];
  /** Packages of the distribution; undefined where one of the sides does not know them. */
  readonly system: readonly PackageChange[] | undefined;
  readonly settings: readonly SettingChange[];
  /** Whether the package index was asked about what changed, and why not. */
  readonly index: { readonly kind: "asked" } | { readonly kind: "not-asked"; readonly because: string };
  readonly remarks: readonly string[];
}

export interface Side extends Pick<ImageContents, "name" | "from" | "platform" | "platforms"> {
  readonly size: ImageSize;
  readonly packages: number;
}

export interface EnvironmentDifference {
  /** Where it lies in a container; undefined when both sides are locks. */
  readonly prefix: string | undefined;
  /** There is none on the other side: added, removed; its packages are counted only. */
  readonly kind: "changed" | "added" | "removed" | "moved";
  /** Where it lay before; when moved. */
  readonly movedFrom?: string;
  readonly python: { readonly from: string | undefined; readonly to: string | undefined; readonly isOther: boolean };
  readonly packages: readonly PackageChange[];
}

/** A setting of a container, for example "USER" or "ENV PATH". */
export interface SettingChange {
  readonly setting: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Whether an installer, or whoever uses the image, would notice anything. Size and remarks alone are no difference. */
export function isEmptyDifference({ environments, system, settings }: ImageDifference): boolean {
  return environments.length === 0 && (system ?? []).length === 0 && settings.length === 0;
}
