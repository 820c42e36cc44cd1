import { stateLayout } from "../evidence/state-layout.ts";
import { describeChange } from "../image/diff/describe-change.ts";
import { diffPackages } from "../image/diff/diff-packages.ts";
import type { Pin } from "../image/diff/image-contents.ts";
import { lockContents } from "../image/diff/lock-contents.ts";
import type { Bundle } from "./bundle.ts";

export interface ChangedImage {
  readonly image: string;
  readonly what: "new" | "changed";
  /** "numpy 2.3.5 → 2.4.6"; the most important first. Undefined: a lock of it is not known. */
  readonly packages: readonly string[] | undefined;
  /** Where it comes from, of one that is taken from a registry as it is. */
  readonly from?: string;
}

/** What an image is in a bundle, compared with the one before. `files`: of the state, which keeps the locks. */
export function changedImage(
  image: string,
  {
    bundle,
    running,
    files,
  }: {
    readonly bundle: Bundle;
    readonly running: Bundle | undefined;
    readonly files: ReadonlyMap<string, string>;
  },
): ChangedImage {
  const [before, after] = [running, bundle].map((one) => one?.document.images[image]);
  const [was, is] = [before?.lock, after?.lock].map((lock) => pinsOf(lock, files));
  const what = before === undefined ? "new" : "changed";
  const packages =
    is === undefined || (was === undefined && before !== undefined) ? undefined : diffPackages(was ?? [], is);
  const from = after?.from;
  return { image, what, packages: packages?.map(describeChange), ...(from === undefined ? {} : { from }) };
}

function pinsOf(lock: string | undefined, files: ReadonlyMap<string, string>): readonly Pin[] | undefined {
  const text = lock === undefined ? undefined : files.get(`${stateLayout.locks}${lock.replace("sha256:", "")}`);
  if (text === undefined) return undefined;
  const size = { kind: "unknown", because: "" } as const;
  return lockContents(text, { name: "lock", size }).environments.flatMap(({ packages }) => packages);
}
