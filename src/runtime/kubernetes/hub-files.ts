import { stableJson } from "../local/digest.ts";
import { contentName, type KubernetesNames } from "./kubernetes-names.ts";
import type { Mount, OtherValue } from "./mounts.ts";

/** Files that a hub's pod gets, by path: Python of ours, and the fleet's look. */
export interface GivenFiles {
  /** "hubfleet_kubernetes/hub.py" → text. */
  readonly code: Readonly<Record<string, string>>;
  /** "logo.png", "templates/page.html" → bytes. */
  readonly look: Readonly<Record<string, Uint8Array>>;
}

export interface HubFiles {
  readonly maps: readonly FileMap[];
  readonly mounts: readonly Mount[];
}

/** A ConfigMap: files under names that Kubernetes takes. */
export interface FileMap {
  readonly name: string;
  readonly texts: Readonly<Record<string, string>>;
  /** In base64. */
  readonly binaries: Readonly<Record<string, string>>;
}

const directory = "/usr/local/share/hubfleet";

/** What the hub reads once at its start; a hub that is to show another title, or log in otherwise, restarts. */
export interface HubSettingsFile {
  readonly [key: string]: unknown;
}

/**
 * Packs files into ConfigMaps that are named by their content and never change: another content is another name, which
 * restarts the hub; and going back finds the old one. The live document alone is a Secret under a lasting name.
 */
export function hubFiles(
  { code, look }: GivenFiles,
  settings: HubSettingsFile,
  { names, others }: { readonly names: KubernetesNames; readonly others: readonly OtherValue[] },
): HubFiles {
  const forCode = pack("code", { ...encode(code), "settings.json": Buffer.from(stableJson(settings)) });
  const forLook = pack("look", look);
  const hasLook = Object.keys(look).length > 0;
  return {
    maps: hasLook ? [forCode.map, forLook.map] : [forCode.map],
    mounts: [
      mount("hubfleet-code", "python", forCode),
      ...(hasLook ? [mount("hubfleet-look", "look", forLook)] : []),
      {
        volume: "hubfleet-current",
        directory: `${directory}/current`,
        source: { kind: "secret", name: names.current },
      },
      {
        volume: "hubfleet-secrets",
        directory: `${directory}/secrets`,
        source: { kind: "secret", name: names.secrets, others },
      },
    ],
  };
}

interface Packed {
  readonly map: FileMap;
  readonly items: Readonly<Record<string, string>>;
}

function pack(kind: "code" | "look", files: Readonly<Record<string, Uint8Array>>): Packed {
  const texts: Record<string, string> = {};
  const binaries: Record<string, string> = {};
  const items: Record<string, string> = {};
  for (const [path, bytes] of Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1))) {
    const key = keyOf(path, items);
    items[key] = path;
    const text = asText(bytes);
    if (text === undefined) binaries[key] = Buffer.from(bytes).toString("base64");
    else texts[key] = text;
  }
  return { map: { name: contentName(kind, stableJson({ texts, binaries, items })), texts, binaries }, items };
}

/** A key of a ConfigMap has letters, digits, ".", "-" and "_"; no two paths get the same one. */
function keyOf(path: string, taken: Readonly<Record<string, string>>): string {
  const key = path.replaceAll("/", "..").replaceAll(/[^A-Za-z0-9._-]/g, "_");
  for (let count = 2, free = key; ; count++, free = `${key}-${count}`) if (!Object.hasOwn(taken, free)) return free;
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\u0000") ? undefined : text;
  } catch {
    return undefined;
  }
}

function encode(files: Readonly<Record<string, string>>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
}

function mount(volume: string, name: string, { map, items }: Packed): Mount {
  return { volume, directory: `${directory}/${name}`, source: { kind: "config-map", name: map.name, items } };
}
