import type { LocalWorld } from "../../ports/local-world.ts";

export interface BuildSecretsProps {
  /** Absolute path of a directory that only the operator may read. */
  readonly scratch: string;
  /** Address of the package index that locks are made with; "offline" where none is asked. */
  readonly index: string;
  readonly world: Pick<LocalWorld, "files" | "variable">;
}

const usualIndex = "https://pypi.org/simple";

/**
 * What a build is shown and keeps in no layer, by the ids that hubfleet's Dockerfiles mount (a Dockerfile of one's own
 * may, too): `pip.conf` where packages come from another index than PyPI, `netrc` with the operator's logins,
 * `ca-certificates` where the operator's shell names whom to trust.
 */
export async function buildSecrets({ scratch, index, world }: BuildSecretsProps): Promise<Record<string, string>> {
  const { files, variable } = world;
  const secrets: Record<string, string> = {};
  if (index !== usualIndex && index !== "offline") {
    const path = `${scratch}/pip.conf`;
    await files.ensureFile(path, `[global]\nindex-url = ${index}\n`, 0o600);
    secrets["pip.conf"] = path;
  }
  const found = async (paths: readonly (string | undefined)[]): Promise<string | undefined> => {
    for (const path of paths) if (path !== undefined && path !== "" && (await files.exists(path))) return path;
    return undefined;
  };
  const home = variable("HOME");
  const netrc = await found([variable("NETRC"), home === undefined ? undefined : `${home}/.netrc`]);
  const trusted = await found(["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"].map(variable));
  if (netrc !== undefined) secrets["netrc"] = netrc;
  if (trusted !== undefined) secrets["ca-certificates"] = trusted;
  return secrets;
}
