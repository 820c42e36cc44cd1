import type { Image } from "../../fleet/fleet.ts";
import type { Lock } from "../lock/parse-lock.ts";
import { condaSteps } from "./conda-steps.ts";
import { type ImageReference, renderImageReference } from "./image-reference.ts";
import { printInto, quote, quoteForBash, run } from "./shell-steps.ts";
import { virtualEnvironmentSteps } from "./virtual-environment-steps.ts";

/** What the files of an image's directory say, read. */
export interface DockerfileFacts {
  readonly base: ImageReference;
  readonly lock: Pick<Lock, "conda" | "packages" | "variables">;
  /** Of apt.txt, checked and sorted. */
  readonly aptPackages: readonly string[];
  readonly hasPostBuild: boolean;
  readonly hasStart: boolean;
}

export type DockerfileImage = Pick<Image, "name" | "directory" | "role" | "python" | "lock">;

/** Where the packages are; the same place in every image, so that programs' first lines fit. */
export const prefix = "/opt/hubfleet";
/** Where the image's files are, for postBuild and start. */
export const filesDirectory = "/srv/image";

/** Where the chart mounts the hub's database, which its configuration names by a relative path. */
const hubDirectory = "/srv/jupyterhub";
/** The lock stays in the container: it says what is in there. */
const lockFile = "/usr/local/share/hubfleet/lock.txt";
const activation = "/usr/local/share/hubfleet/activate.sh";
const entrypoint = "/usr/local/bin/hubfleet-start";

/**
 * The Dockerfile of an image that has none of its own. Pure, and the same text for the same inputs: a change of one
 * input changes the lines that it is about, so that builders find the layers before it in their cache.
 *
 * | layer | changes with | run by |
 * | ----- | ------------ | ------ |
 * | the user | the base | root |
 * | Debian packages | apt.txt | root |
 * | the lock, and the packages | the lock | root |
 * | the image's files, where postBuild or start want them | any of them | root |
 * | what postBuild leaves | any of them | jovyan |
 *
 * One stage: packages made in another would be written, kept and copied twice, which took twice as long when measured.
 * A step removes what it needed itself, before its layer is kept.
 */
export function renderDockerfile(image: DockerfileImage, facts: DockerfileFacts): string {
  const blocks = [head(image), system(image, facts), packages(image, facts), settings(image, facts)];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function head({ name, directory }: DockerfileImage): readonly string[] {
  return [
    `# The container of image "${name}", which hubfleet makes of ${directory}. Nobody edits this text: edit those files.`,
    `# To do more than they can say, keep it as ${directory}/Dockerfile; from then on that file is what is built.`,
    "# Secrets, all optional, are mounted while packages are fetched and are in no layer: pip.conf and uv.toml (another",
    "# package index), netrc (logins), ca-certificates (whom to trust).",
  ];
}

function system({ role }: DockerfileImage, { base, aptPackages }: DockerfileFacts): readonly string[] {
  return [
    `FROM ${renderImageReference(base)}`,
    "USER root",
    "",
    "# Nobody is root at run time. A base that has this user keeps its own.",
    ...run([
      "grep -q '^jovyan:[^:]*:1000:' /etc/passwd || {",
      "  sed -i -e '/^jovyan:/d' -e '/^[^:]*:[^:]*:1000:/d' /etc/passwd;",
      "  echo 'jovyan:x:1000:100::/home/jovyan:/bin/bash' >> /etc/passwd;",
      "};",
      `test -d /home/jovyan || install -d -o 1000 -g 100 /home/jovyan${role === "hub" ? ";" : ""}`,
      ...(role === "hub" ? [`test -d ${hubDirectory} || install -d -o 1000 -g 1000 ${hubDirectory}`] : []),
    ]),
    ...debianPackages(aptPackages),
  ];
}

/**
 * What installing leaves and nobody uses: lists, logs, caches and copies, which differ from build to build. Keys and ids
 * that packages make for a machine are no image's: everybody who has it would have them.
 */
const leftovers = [
  "/var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/lib/dpkg/*-old /etc/*-",
  "/var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/log/fontconfig.log /var/lib/texmf/web2c/*/*.log",
  "/var/lib/texmf/web2c/*.log /var/cache/ldconfig/aux-cache /var/cache/fontconfig/* /tmp/* /var/tmp/*",
  "/etc/ssh/ssh_host_* /var/lib/dbus/machine-id",
] as const;

function debianPackages(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const withoutApt = "hubfleet: the base has no apt-get, so apt.txt cannot be carried out";
  return [
    "",
    "# apt.txt",
    ...run([
      `command -v apt-get >/dev/null || { echo ${quote(withoutApt)} >&2; exit 1; };`,
      "export DEBIAN_FRONTEND=noninteractive PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0;",
      "export SOURCE_DATE_EPOCH=315532800 FORCE_SOURCE_DATE=1;",
      "apt-get update -q;",
      "apt-get install -q -y --no-install-recommends",
      ...names.map((name, index) => `  ${name}${index === names.length - 1 ? ";" : ""}`),
      "apt-get clean;",
      ...leftovers.map(
        (paths, index) => `${index === 0 ? "rm -rf" : " "} ${paths}${index === leftovers.length - 1 ? ";" : ""}`,
      ),
      "if test -e /etc/machine-id; then : > /etc/machine-id; fi",
    ]),
  ];
}

function packages(image: DockerfileImage, { lock }: DockerfileFacts): readonly string[] {
  const file = image.lock.slice(image.directory.length + 1);
  const owner = image.role === "hub" ? undefined : "1000:100";
  const steps = { image, prefix, lock, lockFile, owner };
  return [
    "# The packages of the lock, each compared with its hash",
    `ARG LOCK=${file}`,
    `COPY $LOCK ${lockFile}`,
    ...(lock.conda.length > 0 ? condaSteps(steps) : virtualEnvironmentSteps(steps)),
  ];
}

function settings(image: DockerfileImage, facts: DockerfileFacts): readonly string[] {
  const { lock, aptPackages, hasPostBuild, hasStart } = facts;
  const isConda = lock.conda.length > 0;
  const hasLauncher = isConda || hasStart;
  return [
    `ENV PATH=${prefix}/bin:$PATH HOME=/home/jovyan SHELL=/bin/bash${isConda ? ` CONDA_PREFIX=${prefix}` : ""}`,
    ...(hasPostBuild || hasStart ? [`COPY --chown=1000:100 . ${filesDirectory}/`] : []),
    ...(hasLauncher ? launch(facts) : []),
    "USER 1000",
    `WORKDIR ${image.role === "hub" ? hubDirectory : "/home/jovyan"}`,
    ...(hasPostBuild ? postBuild({ isConda }) : []),
    ...(hasLauncher ? [`ENTRYPOINT ["${entrypoint}"]`] : []),
    ...(!hasLauncher && aptPackages.includes("tini") ? ['ENTRYPOINT ["tini", "--"]'] : []),
    `CMD ${JSON.stringify(commands[image.role])}`.replaceAll('","', '", "'),
  ];
}

/** What the charts name themselves; for whoever starts the container by hand, or sets the charts' command to nothing. */
const commands = {
  hub: ["jupyterhub", "--config", "/usr/local/etc/jupyterhub/jupyterhub_config.py"],
  notebook: ["jupyterhub-singleuser"],
  worker: ["dask", "worker"],
} as const satisfies Record<Image["role"], readonly string[]>;

/** Whatever command follows is started by it, in its place: nothing stands between the container and its signals. */
function launch({ lock, hasStart }: Pick<DockerfileFacts, "lock" | "hasStart">): readonly string[] {
  const isConda = lock.conda.length > 0;
  const command = `${hasStart ? `${filesDirectory}/start ` : ""}"$@"`;
  const script = [
    "#!/bin/bash",
    ...(isConda ? [`. ${activation}`] : []),
    `[ $$ -ne 1 ] || ! command -v tini >/dev/null || exec tini -- ${command}`,
    `exec ${command}`,
  ];
  return [
    "",
    "# Every command of the container is started by this.",
    ...run([
      ...(isConda ? printInto(activation, activate(lock)) : []),
      ...printInto(entrypoint, script),
      `chmod 0755 ${entrypoint}${hasStart ? ` ${filesDirectory}/start` : ""}`,
    ]),
    "",
  ];
}

/** What packages' scripts set wherever the environment is used. environment.yml's variables are there for them, and win. */
function activate({ variables }: Pick<Lock, "variables">): readonly string[] {
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${quoteForBash(value)}`);
  const scripts = `for script in ${prefix}/etc/conda/activate.d/*.sh; do [ ! -r "$script" ] || . "$script"; done`;
  return [...exports, scripts, ...exports];
}

function postBuild({ isConda }: { readonly isConda: boolean }): readonly string[] {
  return [
    "",
    "# postBuild, once, with the packages and as the user",
    ...run([
      "export PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 PYTHONHASHSEED=0;",
      `cd ${filesDirectory};`,
      "chmod +x postBuild;",
      isConda ? `bash -c '. ${activation}; exec ./postBuild';` : "./postBuild;",
      'rm -rf "$HOME/.cache" /tmp/* /var/tmp/*',
    ]),
    "",
  ];
}
