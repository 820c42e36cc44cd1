/** What an image holds, as far as it is known: from its lock, or from the layers of a container. */
export interface ImageContents {
  /** As it was asked for: "image/lab", "image/lab@v2", "registry.example.org/lab@sha256:…". */
  readonly name: string;
  readonly from: "lock" | "container";
  /** A lock has one; a container one for each environment that was found in it. */
  readonly environments: readonly EnvironmentContents[];
  /** Packages of the container's distribution; undefined where that is not known, as in a lock. */
  readonly system: readonly Pin[] | undefined;
  /** How the container is set up; undefined for a lock. */
  readonly settings: ContainerSettings | undefined;
  readonly size: ImageSize;
  /** "linux/amd64" of a container; undefined for a lock, which holds on every platform of its image. */
  readonly platform: string | undefined;
  /** All platforms that a container was built for. */
  readonly platforms: readonly string[];
  /** What the reader must know to judge the rest. */
  readonly remarks: readonly string[];
}

export interface EnvironmentContents {
  /** "/opt/conda", "/srv/conda/envs/notebook"; undefined for a lock, which may be installed anywhere. */
  readonly prefix: string | undefined;
  /** "3.11", with the patch where it is known. */
  readonly python: string | undefined;
  readonly packages: readonly Pin[];
}

/** A package at one version. One that differs by platform is there several times, each with its own marker. */
export interface Pin {
  /** As PEP 503 normalises it, also for conda; as Debian writes it for a Debian package. */
  readonly name: string;
  /** Undefined where the source decides it. */
  readonly version: string | undefined;
  readonly source: PinSource;
  /** Where it holds, in the words of the lock: "sys_platform == 'win32'", "linux-64"; undefined: everywhere. */
  readonly marker: string | undefined;
  /** "sha256:…" of the files that may be installed; empty where that is not known. */
  readonly hashes: readonly string[];
  /** Somebody asked for it by name; undefined where that is not known. */
  readonly isDirect: boolean | undefined;
  /** The packages that pulled it in; empty where that is not known. */
  readonly requiredBy: readonly string[];
}

export type PinSource =
  | { readonly kind: "index"; readonly url?: string }
  | { readonly kind: "git"; readonly url: string; readonly commit: string }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "directory" }
  | { readonly kind: "conda"; readonly channel: string; readonly build: string }
  | { readonly kind: "debian"; readonly architecture: string };

/** What a container's config says beside its files. */
export interface ContainerSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workingDirectory: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** "Debian GNU/Linux 12 (bookworm)" */
  readonly distribution: string | undefined;
}

export type ImageSize =
  /** Bytes on this machine's disk. */
  | { readonly kind: "environment"; readonly bytes: number }
  /** Bytes to download: the layers, compressed. */
  | { readonly kind: "layers"; readonly bytes: number; readonly layers: number }
  | { readonly kind: "unknown"; readonly because: string };
