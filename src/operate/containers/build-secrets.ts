import type { LocalWorld } from "../../ports/local-world.ts";

export interface BuildSecretsProps {
  /** Absolute path of a directory that only the operator may read. */
  readonly scratch: string;
  /** Absolute path of the working tree. */
  readonly directory: string;
  /** Address of the package index that locks are made with; "offline" where none is asked. */
  readonly index: string;
  readonly world: Pick<LocalWorld, "files" | "variable">;
}

const usualIndex = "https://pypi.org/simple";

/**
 * What a build is shown and keeps in no layer, by the ids that hubfleet's Dockerfiles mount (a Dockerfile of one's own
 * may, too): `uv.toml` and `pip.conf` where packages come from another index than PyPI, `netrc` with the operator's logins,
 * `ca-certificates` where the operator's shell names whom to trust. As on this machine, a uv.toml of one's own counts first.
 */
export async function buildSecrets(props: BuildSecretsProps): Promise<Readonly<Record<string, string>>> {
  const { scratch, index, directory, world } = props;
  const { files, variable } = world;
  const found = async (paths: readonly (string | undefined)[]): Promise<string | undefined> => {
    for (const path of paths) if (path !== undefined && path !== "" && (await files.exists(path))) return path;
    return undefined;
  };
  const write = async (name: string, text: string): Promise<string> => {
    await files.ensureFile(`${scratch}/${name}`, text, 0o600);
    return `${scratch}/${name}`;
  };
  const isUsual = index === usualIndex || index === "offline";
  const home = variable("HOME");
  const settings = variable("XDG_CONFIG_HOME") ?? (home === undefined ? undefined : `${home}/.config`);
  const ofUv = await found([
    variable("UV_CONFIG_FILE"),
    `${directory}/uv.toml`,
    `${settings}/uv/uv.toml`,
    "/etc/uv/uv.toml",
  ]);
  const secrets: Readonly<Record<string, string | undefined>> = {
    "uv.toml": ofUv ?? (isUsual ? undefined : await write("uv.toml", `index-url = ${JSON.stringify(index)}\n`)),
    "pip.conf": isUsual ? undefined : await write("pip.conf", `[global]\nindex-url = ${index}\n`),
    netrc: await found([variable("NETRC"), home === undefined ? undefined : `${home}/.netrc`]),
    "ca-certificates": await found(["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"].map(variable)),
  };
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([id, path]) => (path === undefined ? [] : [[id, path] as const])),
  );
}
