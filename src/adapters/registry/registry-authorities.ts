export interface RegistryAuthoritiesProps {
  readonly variable: (name: string) => string | undefined;
  /** Names in a directory; empty where there is none. */
  readonly list: (path: string) => Promise<readonly string[]>;
  /** The text of a file; undefined where there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
}

/**
 * Certificates of the authorities that this machine trusts for one registry, where podman, buildah and docker keep them:
 * `certs.d/HOST:PORT/*.crt` (https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md).
 */
export async function findAuthorities(host: string, props: RegistryAuthoritiesProps): Promise<readonly string[]> {
  const found = await Promise.all(
    directories(props.variable).map((directory) => readAll(`${directory}/${host}`, props)),
  );
  return found.flat();
}

function directories(variable: RegistryAuthoritiesProps["variable"]): readonly string[] {
  const home = variable("HOME");
  const config = variable("XDG_CONFIG_HOME") || (home && `${home}/.config`);
  const own = config ? [`${config}/containers/certs.d`] : [];
  return [...own, "/etc/containers/certs.d", "/etc/docker/certs.d"];
}

async function readAll(directory: string, { list, read }: RegistryAuthoritiesProps): Promise<readonly string[]> {
  const names = (await list(directory)).filter((name) => name.endsWith(".crt"));
  const texts = await Promise.all(names.map((name) => read(`${directory}/${name}`)));
  return texts.flatMap((text) => text?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []);
}
