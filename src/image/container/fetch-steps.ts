import type { Image } from "../../fleet/fleet.ts";
import type { Lock } from "../lock/parse-lock.ts";
import { printInto, quote, run } from "./shell-steps.ts";

/** A program on the package index that installs packages, by the hashes of its wheels for linux/amd64 and linux/arm64. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly string[];
}

/** The versions that make environments on a machine make those in containers. */
export const uv: Tool = {
  name: "uv",
  version: "0.13.8",
  hashes: [
    "sha256:e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984",
    "sha256:0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d",
  ],
};
export const rattler: Tool = {
  name: "py-rattler",
  version: "0.28.0",
  hashes: [
    "sha256:4f4ab1d34d5394e7ce130a86e59009c95ace4f5757d9c3af04de1351bcea47eb",
    "sha256:61b24202374188e72130f1b3dc63b455befaafc3e49e5481a38b6a6c8828c1e0",
  ],
};

/** Secret id → where it is mounted while packages are fetched, when there; whatever it holds is in no layer. */
export const fetchSecrets = {
  "pip.conf": "/etc/pip.conf",
  "uv.toml": "/etc/uv/uv.toml",
  netrc: "/root/.netrc",
  "ca-certificates": "/run/secrets/ca-certificates",
} as const;

/** Where packages go, and what they are told by. */
export interface PackagesProps {
  readonly image: Pick<Image, "name" | "role" | "python">;
  readonly prefix: string;
  readonly lock: Pick<Lock, "packages">;
  /** The lock in the container. */
  readonly lockFile: string;
  /** Who may change the packages: "1000:100"; undefined: root alone. */
  readonly owner: string | undefined;
}

interface FetchStep {
  /** Of the base. */
  readonly python: string;
  /** What is said where the base has no such Python. */
  readonly missing: string;
  readonly tools: readonly Tool[];
  readonly commands: readonly string[];
}

/**
 * A step that makes an environment in `prefix`: with the tools below /tmp/tool, the secrets, and everything set so that
 * two runs leave the same bytes and nothing beside the environment. pip brings uv, since a base with Python has pip; both
 * look where pip.conf says.
 *
 * What is not compiled here would be compiled again by each program that starts, where it may not write. Compiled code
 * goes by the hash of its source, since files' times are the builder's. Code for other Pythons does not compile: it is
 * left as it is, as any installer does.
 */
export function fetchStep(
  { python, missing, tools, commands }: FetchStep,
  { prefix, owner }: Pick<PackagesProps, "prefix" | "owner">,
): readonly string[] {
  const pip = `${python} -m pip`;
  const withoutPip = `hubfleet: the base has no pip for its ${python}, which fetches what installs the packages`;
  return run(
    [
      "export HOME=/root PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore;",
      "export UV_NO_CACHE=1 UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_INDEX_STRATEGY=unsafe-best-match;",
      "export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=315532800;",
      `command -v ${python} >/dev/null || { echo ${quote(`hubfleet: ${missing}`)} >&2; exit 1; };`,
      `${pip} --version >/dev/null || { echo ${quote(withoutPip)} >&2; exit 1; };`,
      "if test -s /run/secrets/ca-certificates; then",
      "  export SSL_CERT_FILE=/run/secrets/ca-certificates PIP_CERT=/run/secrets/ca-certificates;",
      "fi;",
      `index=$(${pip} config get global.index-url 2>/dev/null || true);`,
      `more=$(${pip} config get global.extra-index-url 2>/dev/null | tr '\\n' ' ' || true);`,
      'if test -n "$index"; then export UV_DEFAULT_INDEX="$index"; fi;',
      'if test -n "$more"; then export UV_INDEX="$more"; fi;',
      ...printInto("/tmp/tool.txt", tools.map(requirement)),
      `${pip} install -q --target /tmp/tool --no-deps --no-compile --require-hashes -r /tmp/tool.txt;`,
      ...commands,
      `rm -rf /tmp/* ${prefix}/.lock ${prefix}/.gitignore ${prefix}/CACHEDIR.TAG;`,
      `${prefix}/bin/python -m compileall -q -j 0 --invalidation-mode checked-hash -x '/tests?/' ${prefix}/lib >/dev/null || true${owner === undefined ? "" : ";"}`,
      ...(owner === undefined ? [] : [`chown -R ${owner} ${prefix}`]),
    ],
    Object.entries(fetchSecrets).map(([id, target]) => `--mount=type=secret,id=${id},target=${target}`),
  );
}

/** `file`: a lock whose pins all have hashes. Names of packages that are there already are no reason to install less. */
export function installHashed(prefix: string, file: string): string {
  return `${install(prefix)} --require-hashes -r ${file};`;
}

/** The commit is the hash of what comes from Git, and installers know no other one for it. */
export function installGit(prefix: string, file: string): readonly string[] {
  const missing =
    "hubfleet: the lock has packages from Git, and the container has no git to fetch them with: write git into apt.txt";
  return [`command -v git >/dev/null || { echo ${quote(missing)} >&2; exit 1; };`, `${install(prefix)} -r ${file};`];
}

function install(prefix: string): string {
  // Conda's Pythons say of themselves that they are managed elsewhere; this one is managed here.
  return `/tmp/tool/bin/uv pip install -q --python ${prefix}/bin/python --no-deps --break-system-packages`;
}

function requirement({ name, version, hashes }: Tool): string {
  return [`${name}==${version}`, ...hashes.map((hash) => `--hash=${hash}`)].join(" ");
}
