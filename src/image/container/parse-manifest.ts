import { HubfleetError } from "../../errors/hubfleet-error.ts";

/** What a registry keeps under a digest: one image, or a list of the same image for several platforms. */
export type Manifest =
  | { readonly kind: "list"; readonly images: readonly PlatformImage[] }
  | { readonly kind: "image"; readonly config: string; readonly layers: readonly LayerReference[] };

export interface PlatformImage {
  readonly digest: string;
  /** "linux/amd64", "linux/arm64/v8" */
  readonly platform: string;
}

export interface LayerReference {
  readonly digest: string;
  /** Bytes, compressed. */
  readonly size: number;
  /** How it is packed, in words of the OCI or of Docker; "" where the manifest does not say. */
  readonly mediaType: string;
}

/**
 * Reads a manifest of the OCI or of Docker, which differ in the names of their types only.
 * @throws HubfleetError IMAGE_UNREADABLE
 */
export function parseManifest(text: string, name: string): Manifest {
  const value = parseObject(text, name);
  if (Array.isArray(value["manifests"])) return { kind: "list", images: value["manifests"].flatMap(parsePlatform) };
  const config = Object(value["config"]) as Record<string, unknown>;
  const layers: unknown = value["layers"];
  if (typeof config["digest"] !== "string" || !Array.isArray(layers)) throw unreadable(name, describeType(value));
  return { kind: "image", config: config["digest"], layers: layers.map((layer) => parseLayer(layer, name)) };
}

/**
 * The image for a platform: the one asked for, else linux/amd64, else the first.
 * @throws HubfleetError IMAGE_NOT_FOUND when it was not built for the platform that was asked for
 */
export function choosePlatform(
  images: readonly PlatformImage[],
  wanted: string | undefined,
  name: string,
): PlatformImage {
  const find = (platform: string): PlatformImage | undefined =>
    images.find((image) => image.platform === platform) ??
    images.find((image) => fitsPlatform(image.platform, platform));
  const chosen = wanted === undefined ? (find("linux/amd64") ?? images[0]) : find(wanted);
  if (chosen !== undefined) return chosen;
  throw new HubfleetError("IMAGE_NOT_FOUND", {
    message: `"${name}" is not built for ${wanted ?? "any platform"}`,
    hint: `it is built for: ${images.map(({ platform }) => platform).join(", ")}`,
  });
}

/** Whether an image is for a platform: "linux/arm64" is also "linux/arm64/v8". */
export function fitsPlatform(built: string, wanted: string): boolean {
  return built === wanted || built.startsWith(`${wanted}/`);
}

/** @throws HubfleetError IMAGE_UNREADABLE for what is no JSON object */
export function parseObject(text: string, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>; // any object fits
  } catch {
    // told below
  }
  throw unreadable(name, "no JSON object");
}

/** Attestations stand in the same list under a platform that does not exist. */
function parsePlatform(entry: unknown): readonly PlatformImage[] {
  const { digest, platform } = Object(entry) as Record<string, unknown>;
  const { os, architecture, variant } = Object(platform) as Record<string, unknown>;
  if (typeof digest !== "string" || os === "unknown") return [];
  const parts = [os, architecture, variant].filter((part) => typeof part === "string" && part !== "");
  return [{ digest, platform: parts.length < 2 ? "unknown" : parts.join("/") }];
}

function parseLayer(layer: unknown, name: string): LayerReference {
  const { digest, size, mediaType } = Object(layer) as Record<string, unknown>;
  if (typeof digest !== "string" || typeof size !== "number") throw unreadable(name, "a layer without digest or size");
  return { digest, size, mediaType: typeof mediaType === "string" ? mediaType : "" };
}

function describeType({ mediaType, schemaVersion }: Readonly<Record<string, unknown>>): string {
  return schemaVersion === 1 ? "a manifest of Docker's first format" : `a manifest of type ${String(mediaType)}`;
}

function unreadable(name: string, what: string): HubfleetError {
  return new HubfleetError("IMAGE_UNREADABLE", { message: `"${name}" holds ${what}, which hubfleet cannot read` });
}
