import { fetchStep, installGit, installHashed, type PackagesProps, uv } from "./fetch-steps.ts";

/**
 * A virtual environment on the base's Python, with the packages of the lock for the platform that is built.
 *
 * The hub's sees the base's packages too: k8s-hub brings what the chart's configuration imports. What the lock names
 * comes before it. Users' environments see nothing but their lock, as on a machine.
 */
export function virtualEnvironmentSteps(props: PackagesProps): readonly string[] {
  const { image, prefix, lock, lockFile } = props;
  const { name, role, python } = image;
  const executable = `python${python}`;
  const missing = `image ${name} asks for Python ${python}, and its base has no ${executable}: choose a base that has it, or set python in image.yaml to what the base has`;
  const hasGit = lock.packages.some(({ source }) => source.kind === "git");
  const commands = [
    `/tmp/tool/bin/uv venv -q --python "$(command -v ${executable})"${role === "hub" ? " --system-site-packages" : ""} ${prefix};`,
    ...(hasGit ? [`grep -v '@ *git+' ${lockFile} > /tmp/hashed.txt;`] : []),
    installHashed(prefix, hasGit ? "/tmp/hashed.txt" : lockFile),
    ...(hasGit ? [`grep '@ *git+' ${lockFile} > /tmp/git.txt;`, ...installGit(prefix, "/tmp/git.txt")] : []),
  ];
  return fetchStep({ python: executable, missing, tools: [uv], commands }, props);
}
