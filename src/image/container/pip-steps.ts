import type { Image } from "../../fleet/fleet.ts";
import type { Lock } from "../lock/parse-lock.ts";
import { quote, run } from "./shell-steps.ts";

/** Mounted while packages are fetched, when there; whatever they hold stays out of the layers. */
export const fetchSecrets: readonly string[] = [
  "--mount=type=secret,id=pip.conf,target=/etc/pip.conf",
  "--mount=type=secret,id=netrc,target=/root/.netrc",
  "--mount=type=secret,id=ca-certificates,target=/run/secrets/ca-certificates",
];

/** What makes two runs of the steps leave the same bytes, and lets them trust whom the secret names. */
export const fetchEnvironment: readonly string[] = [
  "export PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_COMPILE=1;",
  "export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=315532800;",
  "if test -s /run/secrets/ca-certificates; then export PIP_CERT=/run/secrets/ca-certificates SSL_CERT_FILE=/run/secrets/ca-certificates; fi;",
];

interface PipProps {
  readonly image: Pick<Image, "name" | "role" | "python">;
  readonly prefix: string;
  readonly lock: Pick<Lock, "packages">;
}

/** A virtual environment on the base's Python, with the packages of the lock for the platform that is built. */
export function pipSteps({ image: { name, role, python }, prefix, lock }: PipProps): readonly string[] {
  const wrong = `hubfleet: image ${name} asks for Python ${python}, and its base has no python${python}: choose another base, or set python in its image.yaml to what the base has`;
  const hasGit = lock.packages.some(({ source }) => source.kind === "git");
  return run(
    [
      `command -v python${python} >/dev/null || { echo ${quote(wrong)} >&2; exit 1; };`,
      ...fetchEnvironment,
      // The hub's base brings what the chart's configuration imports; what the lock names comes before it.
      `python${python} -m venv --without-pip${role === "hub" ? " --system-site-packages" : ""} ${prefix};`,
      ...(hasGit ? ["grep -v '@ *git+' /tmp/lock.txt > /tmp/hashed.txt;"] : []),
      `${install(python, prefix)} --require-hashes -r ${hasGit ? "/tmp/hashed.txt" : "/tmp/lock.txt"};`,
      // The commit is the hash of what comes from Git, and pip knows no other one for it.
      ...(hasGit
        ? ["grep '@ *git+' /tmp/lock.txt > /tmp/git.txt;", `${install(python, prefix)} -r /tmp/git.txt;`]
        : []),
      compile(prefix),
    ],
    fetchSecrets,
  );
}

export function install(python: string, prefix: string): string {
  return `python${python} -m pip --python ${prefix}/bin/python install -q --no-deps`;
}

/**
 * Servers may not write here, so what is not compiled now is compiled at each start. Compiled code goes by the hash of
 * its source: the files' times are the builder's.
 */
export function compile(prefix: string): string {
  return `${prefix}/bin/python -m compileall -q --invalidation-mode unchecked-hash -x '/tests?/' ${prefix}/lib || true`;
}
