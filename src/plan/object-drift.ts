import { isMap } from "../fleet/merge-settings.ts";
import type { FieldKeeper } from "../ports/kubernetes.ts";
import type { KubernetesObject } from "../runtime/kubernetes/kubernetes-object.ts";

/** One field of an object that is not as it was put in place. */
export interface FieldDrift {
  /** "spec.template.spec.containers[name=hub].image". */
  readonly field: string;
  /** As it is; undefined: not there, or not to be shown. */
  readonly is?: string;
  /** As it was put in place; undefined: it was not, or not to be shown. */
  readonly wanted?: string;
  readonly kind: "changed" | "added" | "gone";
  /** Who did it, as the cluster knows them, and when; ISO 8601. */
  readonly by?: string;
  readonly at?: string;
}

export interface DriftProps {
  /** As it was put in place. */
  readonly given: KubernetesObject;
  /** As it is. */
  readonly live: KubernetesObject;
  /** As it would be if it were put in place again: what the cluster adds by itself is in both. */
  readonly again: KubernetesObject;
  readonly keepers: readonly FieldKeeper[];
}

/** What somebody else made of an object. Values of secrets are not in it. Pure. */
export function objectDrift({ given, live, again, keepers }: DriftProps): readonly FieldDrift[] {
  const others = keepers.filter(({ manager, isStatus }) => !isStatus && !isOwn(manager));
  const isHidden = live.kind === "Secret";
  const changed = compare(again, live, []).map(({ path, is, wanted }): FieldDrift => ({
    field: words(path),
    kind: is === undefined ? "gone" : wanted === undefined ? "added" : "changed",
    ...(is === undefined || isHidden || isSecret(path) ? {} : { is: short(is) }),
    ...(wanted === undefined || isHidden || isSecret(path) ? {} : { wanted: short(wanted) }),
    ...whoDid(path, others),
  }));
  const known = new Set(changed.map(({ field }) => field));
  const added = others.flatMap(({ manager, at, paths }) =>
    tops(paths.filter((path) => !isGiven(path, given) && !isNoise(path))).flatMap((path): FieldDrift[] => {
      const field = words(path);
      if (known.has(field)) return [];
      known.add(field);
      return [{ field, kind: "added", ...by(manager, at) }];
    }),
  );
  return [...changed, ...added].toSorted((one, other) => (one.field < other.field ? -1 : 1));
}

interface Difference {
  readonly path: readonly string[];
  readonly is: unknown;
  readonly wanted: unknown;
}

const noise: ReadonlySet<string> = new Set(
  ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"].map(
    (key) => `metadata.${key}`,
  ),
);

function compare(wanted: unknown, is: unknown, path: readonly string[]): readonly Difference[] {
  if (path.length === 1 && path[0] === "status") return [];
  if (noise.has(path.join(".")) || isNoise(path)) return [];
  const isOpen = path[0] === "metadata" && path.length === 2;
  const [left, right] = isOpen ? [wanted ?? {}, is ?? {}] : [wanted, is];
  if (isMap(left) && isMap(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return keys.flatMap((key) => compare(left[key], right[key], [...path, key]));
  }
  if (Array.isArray(wanted) && Array.isArray(is)) return compareLists(wanted, is, path);
  return JSON.stringify(wanted) === JSON.stringify(is) ? [] : [{ path, is, wanted }];
}

/** Items by their names where they have any. */
function compareLists(
  wanted: readonly unknown[],
  is: readonly unknown[],
  path: readonly string[],
): readonly Difference[] {
  const keyOf = (item: unknown): unknown =>
    isMap(item) ? (item["name"] ?? item["mountPath"] ?? item["containerPort"]) : undefined;
  if ([...wanted, ...is].some((item) => keyOf(item) === undefined)) {
    return JSON.stringify(wanted) === JSON.stringify(is) ? [] : [{ path, is, wanted }];
  }
  const keys = [...new Set([...wanted, ...is].map(keyOf))];
  const find = (list: readonly unknown[], key: unknown): unknown => list.find((item) => keyOf(item) === key);
  return keys.flatMap((key) => compare(find(wanted, key), find(is, key), [...path, `[name=${String(key)}]`]));
}

/** Tools that put in place what hubfleet says, and the cluster's own controllers. */
const own =
  /^(?:helm.*|hubfleet.*|kube-controller-manager|kubelet|kube-scheduler|cloud-controller-manager|cluster-autoscaler|.*-controller|traefik|OpenAPI-Generator)$/;

function isOwn(manager: string): boolean {
  return own.test(manager);
}

function isNoise(path: readonly string[]): boolean {
  const [first, second, third = ""] = path;
  if (first !== "metadata") return path.includes("kubectl.kubernetes.io/restartedAt");
  return second === "annotations" && /^(?:kubectl\.kubernetes\.io\/|deployment\.kubernetes\.io\/)/.test(third);
}

/** Whether what was put in place has a value at a path as the cluster writes paths. */
function isGiven(path: readonly string[], given: unknown): boolean {
  let value: unknown = given;
  for (const key of path) {
    const item = /^\[(.*)\]$/s.exec(key)?.[1];
    if (Array.isArray(value)) value = value.find((one) => item !== undefined && fits(one, item));
    else value = isMap(value) ? value[key] : undefined;
    if (value === undefined) return false;
  }
  return true;
}

function fits(item: unknown, keys: string): boolean {
  if (!isMap(item)) return JSON.stringify(item) === keys;
  // What the cluster fills in by itself, such as a port's protocol, is among the keys and not in what was given.
  return keys.split(",").every((pair) => {
    const [key = "", value] = pair.split("=");
    const mine = item[key];
    return mine === undefined || (typeof mine === "string" ? mine : JSON.stringify(mine)) === value;
  });
}

/** Without those that lie below another one. */
function tops(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const texts = new Set(paths.map((path) => path.join("\n")));
  return paths.filter((path) => !path.some((_key, index) => index > 0 && texts.has(path.slice(0, index).join("\n"))));
}

function whoDid(
  path: readonly string[],
  others: readonly FieldKeeper[],
): { readonly by?: string; readonly at?: string } {
  const isAt = (kept: readonly string[]): boolean =>
    kept.every((key, index) => index >= path.length || key === path[index] || bothItems(key, path[index]));
  const [latest] = others
    .filter(({ paths }) => paths.some((kept) => kept.length > 0 && isAt(kept)))
    .toSorted((one, other) => (other.at?.getTime() ?? 0) - (one.at?.getTime() ?? 0));
  return latest === undefined ? {} : by(latest.manager, latest.at);
}

function by(manager: string, at: Date | undefined): { readonly by: string; readonly at?: string } {
  return { by: manager, ...(at === undefined ? {} : { at: at.toISOString() }) };
}

function bothItems(kept: string, ours: string | undefined): boolean {
  const [, name] = /^\[name=(.*)\]$/.exec(ours ?? "") ?? [];
  return (
    name !== undefined &&
    kept.startsWith("[") &&
    kept
      .slice(1, -1)
      .split(",")
      .some((pair) => pair.endsWith(`=${name}`))
  );
}

function words(path: readonly string[]): string {
  return path.reduce((text, key) => {
    if (key.startsWith("[")) return text + key;
    const step = key.includes(".") || key.includes("/") ? `["${key}"]` : key;
    return text === "" || step.startsWith("[") ? text + step : `${text}.${step}`;
  }, "");
}

function isSecret(path: readonly string[]): boolean {
  return path.some((key) => /secret|password|token|credential/i.test(key));
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
