// Builds what hubs on the test cluster are made of, by hubfleet's own commands, and pushes it to the cluster's registry.
//   node test/cluster/images.ts REGISTRY BASE.tar [TRAEFIK]   prints {"hub": REFERENCE, "user": …, "proxy": …, "later": …}
// The hub's has the Dask Gateway too; the proxy's is the hub's with configurable-http-proxy and, where it is given, Traefik.
// "later" is a hub whose JupyterHub has one more revision of its database.
// What the registry has already is not built again. Needs buildah, and runc where the machine has control groups of version 1.
import { createHash } from "node:crypto";
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { execa } from "execa";

import type { WritableRegistry } from "../../src/ports/registry.ts";
import { pushLayer } from "../support/containers/push-layer.ts";
import { aRegistryClient } from "../support/registry-client.ts";
import { tool } from "../support/skip.ts";

const root = join(import.meta.dirname, "..", "..");
const never = new AbortController().signal;
const [host, archive, traefik] = process.argv.slice(2);
if (host === undefined || archive === undefined)
  throw new Error("say which registry, and the archive of the base's files");

const work = await mkdtemp(join(tmpdir(), "hubfleet-cluster-images-"));
await chmod(work, 0o755); // images are checked as another account
try {
  const fleet = join(work, "fleet");
  await cp(join(import.meta.dirname, "fleet"), fleet, { recursive: true });
  await append(join(fleet, "fleet.yaml"), `registries:\n  main:\n    address: ${host}/hubs\n`);
  const base = await ensureBase(archive, host);
  for (const image of ["hub", "user"]) await append(join(fleet, "images", image, "image.yaml"), `base: ${base}\n`);
  await git(fleet, "init", "--quiet");
  const built = await build(fleet, ["hub", "user"]);
  await writeProxy(fleet, built["hub"] ?? "");
  await writeLater(fleet, built["hub"] ?? "");
  console.log(JSON.stringify({ ...built, ...(await build(fleet, ["proxy", "later"])) }));
} finally {
  await rm(work, { recursive: true, force: true });
}

/** The base under a tag that its archive names, so that it is packed once. */
async function ensureBase(path: string, registry: string): Promise<string> {
  const repository = { registry, repository: "base" };
  const tag = basename(path, ".tar");
  const client: WritableRegistry = aRegistryClient();
  const known = await client.resolve(repository, tag, never);
  if (known !== undefined) return `${registry}/base@${known}`;
  return pushLayer(
    {
      host: registry,
      async pushBlob(_repository, content) {
        const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
        const read = async function* (from: number): AsyncGenerator<Uint8Array> {
          yield content.subarray(from);
        };
        await client.uploadBlob(repository, { digest, size: content.length, read }, { signal: never });
        return digest;
      },
      pushManifest: (_repository, content) => client.putManifest({ ...repository, tag }, content.toString(), never),
    },
    await readFile(path),
    { repository: "base", path: "/usr/local/bin:/usr/bin:/bin" },
  );
}

/** The charts' proxies are no images of a fleet: ours is the hub's, with Node, configurable-http-proxy and Traefik on top. */
async function writeProxy(fleet: string, hub: string): Promise<void> {
  const directory = await beginLikeHub(fleet, "proxy");
  await copyFile(process.execPath, join(directory, "node"));
  await chmod(join(directory, "node"), 0o755);
  for (const name of await closureOf("configurable-http-proxy")) {
    await cp(join(root, "node_modules", name), join(directory, "modules", name), { recursive: true });
  }
  if (traefik !== undefined) {
    await copyFile(traefik, join(directory, "traefik"));
    await chmod(join(directory, "traefik"), 0o755);
  }
  const script = "/opt/proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy";
  await writeFile(
    join(directory, "Dockerfile"),
    [
      `FROM ${hub}`,
      "USER root",
      "COPY node /usr/local/bin/node",
      "COPY modules /opt/proxy/node_modules",
      `RUN ln -s ${script} /usr/local/bin/configurable-http-proxy`,
      // Charts name the program of configurable-http-proxy; Traefik they expect to be the image's own.
      ...(traefik === undefined
        ? []
        : ["COPY traefik /usr/local/bin/traefik", 'ENTRYPOINT ["/usr/local/bin/traefik"]']),
      "USER 1000",
      "",
    ].join("\n"),
  );
}

async function writeLater(fleet: string, hub: string): Promise<void> {
  const directory = await beginLikeHub(fleet, "later");
  await copyFile(join(import.meta.dirname, "later.py"), join(directory, "later.py"));
  const lines = [
    `FROM ${hub}`,
    "USER root",
    "COPY later.py /tmp/later.py",
    "RUN python3 /tmp/later.py",
    "USER 1000",
    "",
  ];
  await writeFile(join(directory, "Dockerfile"), lines.join("\n"));
}

/** An image of the fleet that goes on from the hub's by a Dockerfile. */
async function beginLikeHub(fleet: string, name: string): Promise<string> {
  const directory = join(fleet, "images", name);
  await mkdir(directory);
  for (const file of ["requirements.txt", "lock.txt"]) {
    await copyFile(join(fleet, "images", "hub", file), join(directory, file));
  }
  await writeFile(join(directory, "image.yaml"), 'version: 1\nrole: hub\npython: "3.11"\n');
  return directory;
}

/** A package and all that it needs, as they lie beside each other in node_modules. */
async function closureOf(name: string, found = new Set<string>()): Promise<ReadonlySet<string>> {
  if (found.has(name)) return found;
  const text = await readFile(join(root, "node_modules", name, "package.json"), "utf8").catch(() => undefined);
  if (text === undefined) return found; // lies below the package that needs it
  found.add(name);
  const { dependencies = {} } = JSON.parse(text) as { readonly dependencies?: Readonly<Record<string, string>> };
  for (const other of Object.keys(dependencies)) await closureOf(other, found);
  return found;
}

/** The commands that an operator types; answers references by digest. */
async function build(fleet: string, images: readonly string[]): Promise<Record<string, string>> {
  await git(fleet, "add", "--all");
  await git(fleet, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "images");
  await writeFile(join(work, "containers.conf"), tool("runc") ? '[engine]\nruntime = "runc"\n' : "");
  const words = ["image", "build", ...images, "--push", "--builder", "buildah", "--output", "json"];
  const { stdout } = await execa(join(root, "bin", "hubfleet"), words, {
    cwd: fleet,
    stderr: "inherit",
    env: { HUBFLEET_STATE: join(work, "state"), CONTAINERS_CONF: join(work, "containers.conf") },
  });
  const { outcomes } = JSON.parse(stdout) as {
    readonly outcomes: readonly { readonly target: string; readonly container: { readonly reference: string } }[];
  };
  return Object.fromEntries(
    outcomes.map(({ target, container }) => [target.replace("image/", ""), container.reference]),
  );
}

async function git(fleet: string, ...words: readonly string[]): Promise<void> {
  // A program of 120 MB is in it, which need not be made smaller for an hour.
  await execa("git", ["-c", "core.compression=0", ...words], { cwd: fleet });
}

async function append(file: string, text: string): Promise<void> {
  await writeFile(file, `${await readFile(file, "utf8")}${text}`);
}
