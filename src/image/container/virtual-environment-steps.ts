import type { Image } from "../../fleet/fleet.ts";
import type { Lock } from "../lock/parse-lock.ts";
import { compile, fetchStep, installGit, installHashed, uv } from "./fetch-steps.ts";
import { quote, run } from "./shell-steps.ts";

interface VirtualEnvironmentProps {
  readonly image: Pick<Image, "name" | "role" | "python">;
  readonly prefix: string;
  readonly lock: Pick<Lock, "packages">;
}

/**
 * A virtual environment on the base's Python, with the packages of the lock for the platform that is built.
 *
 * The hub's sees the base's packages too: k8s-hub brings what the chart's configuration imports. What the lock names
 * comes before it. Users' environments see nothing but their lock, as on a machine.
 */
export function virtualEnvironmentSteps({ image, prefix, lock }: VirtualEnvironmentProps): readonly string[] {
  const { name, role, python } = image;
  const wrong = `hubfleet: image ${name} asks for Python ${python}, and its base has no python${python}: choose a base that has it, or set python in image.yaml to what the base has`;
  const hasGit = lock.packages.some(({ source }) => source.kind === "git");
  const hashed = hasGit ? "/tmp/hashed.txt" : "/tmp/lock.txt";
  return [
    ...run([`command -v python${python} >/dev/null || { echo ${quote(wrong)} >&2; exit 1; }`]),
    ...fetchStep(
      `python${python}`,
      [uv],
      [
        `/tmp/tool/bin/uv venv -q --python "$(command -v python${python})"${role === "hub" ? " --system-site-packages" : ""} ${prefix};`,
        ...(hasGit ? [`grep -v '@ *git+' /tmp/lock.txt > ${hashed};`] : []),
        installHashed(prefix, hashed),
        ...(hasGit ? ["grep '@ *git+' /tmp/lock.txt > /tmp/git.txt;", ...installGit(prefix, "/tmp/git.txt")] : []),
        ...compile(prefix),
      ],
    ),
  ];
}
