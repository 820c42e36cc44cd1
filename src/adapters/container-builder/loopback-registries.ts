import { dockerfileReferences } from "../../image/dockerfile-references.ts";

/** Hosts of the registries that a Dockerfile takes from; Docker Hub's where none is written. */
export function registriesOf(dockerfile: string): readonly string[] {
  const hosts = dockerfileReferences(dockerfile).map(({ name }) => {
    const [first = "", ...rest] = name.split("/");
    return rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? first : "docker.io";
  });
  return [...new Set(hosts)];
}

/**
 * The operator's registries.conf, and plain HTTP for those of the registries that are on this machine; undefined where
 * nothing is to be added (https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md).
 */
export function withLoopback(conf: string, registries: readonly string[]): string | undefined {
  // The first format of that file cannot be mixed with the second.
  if (/^\s*\[registries\./m.test(conf)) return undefined;
  const missing = registries.filter((registry) => isLoopback(registry) && !conf.includes(`"${registry}"`));
  if (missing.length === 0) return undefined;
  const entries = missing.map((registry) => `\n[[registry]]\nlocation = "${registry}"\ninsecure = true\n`);
  return `${conf.trimEnd()}\n${entries.join("")}`;
}

function isLoopback(registry: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(registry);
}
