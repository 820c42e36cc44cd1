import { type ChartValue, decided } from "./chart-values.ts";

/** Something of ours that the hub's pod sees as a directory. */
export interface Mount {
  /** Name of the volume in the pod. */
  readonly volume: string;
  readonly directory: string;
  readonly source:
    /** `others`: values of Secrets that are not ours, as files beside those of ours. */
    | { readonly kind: "secret"; readonly name: string; readonly others?: readonly OtherValue[] }
    /** `items`: key of the ConfigMap → path below the directory. */
    | { readonly kind: "config-map"; readonly name: string; readonly items: Readonly<Record<string, string>> };
}

export interface OtherValue {
  readonly secret: string;
  readonly key: string;
  /** Name of the file. */
  readonly file: string;
}

/** As whole directories, not file by file: only so does a pod see what changes in them. */
export function mountValues(mounts: readonly Mount[]): readonly ChartValue[] {
  const because = "what hubfleet gives the hub: its code, its look, what it reads again when it changes";
  return [
    decided("hub.extraVolumes", mounts.map(volume), because),
    decided(
      "hub.extraVolumeMounts",
      mounts.map((mount) => ({ name: mount.volume, mountPath: mount.directory, readOnly: true })),
      because,
    ),
  ].map((value) => ({ ...value, joins: true }));
}

function volume({ volume: name, source }: Mount): object {
  if (source.kind === "secret") {
    const { others = [] } = source;
    if (others.length === 0) return { name, secret: { secretName: source.name } };
    const theirs = others.map(({ secret, key, file }) => ({
      secret: { name: secret, items: [{ key, path: file }] },
    }));
    return { name, projected: { sources: [{ secret: { name: source.name } }, ...theirs] } };
  }
  const items = Object.entries(source.items).map(([key, path]) => ({ key, path }));
  return { name, configMap: { name: source.name, items } };
}
