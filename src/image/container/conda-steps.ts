import { fetchStep, installGit, installHashed, type PackagesProps, rattler, uv } from "./fetch-steps.ts";
import { printInto } from "./shell-steps.ts";

/** A conda environment of the lock's packages for the platform that is built. The base's Python only does the work. */
export function condaSteps(props: PackagesProps): readonly string[] {
  const { prefix, lock, lockFile } = props;
  const hasGit = lock.packages.some(({ source }) => source.kind === "git");
  const hasHashed = lock.packages.some(({ source }) => source.kind !== "git");
  const git = installGit(prefix, "/tmp/git.txt").map((line) => `  ${line}`);
  const commands = [
    ...printInto("/tmp/install.py", installProgram(prefix, lockFile)),
    "PYTHONPATH=/tmp/tool python3 /tmp/install.py;",
    ...(hasHashed ? [`if test -s /tmp/hashed.txt; then ${installHashed(prefix, "/tmp/hashed.txt")} fi;`] : []),
    ...(hasGit ? ["if test -s /tmp/git.txt; then", ...git, "fi;"] : []),
    // Packages bring, and their installation makes, compiled code that goes by times.
    `find ${prefix}/lib -name '*.pyc' -delete;`,
  ];
  const missing =
    "the base has no python3, which installs the conda packages; the Python that they bring is another one";
  return fetchStep({ python: "python3", missing, tools: [uv, rattler], commands }, props);
}

/** Reads the lock, installs its conda packages, and leaves the pip part without what they brought. No single quotes. */
function installProgram(prefix: string, lockFile: string): readonly string[] {
  return `
import asyncio, hashlib, importlib.metadata, json, os, platform, re, sys
import rattler
from rattler.package_streaming import download_to_path

prefix, cache = "${prefix}", "/tmp/conda"
subdir = {"x86_64": "linux-64", "aarch64": "linux-aarch64"}[platform.machine()]
text = open("${lockFile}").read()
locked = re.findall(r"^@conda %s (\\S+) sha256:(\\S+)$" % subdir, text, re.M)
locked or sys.exit("hubfleet: the lock has no conda packages for " + subdir + ": add the platform to image.yaml and lock again")

async def bring(client, turns, url, digest):
    path = cache + "/" + url.rsplit("/", 1)[1]
    async with turns:
        await download_to_path(client, url, path)
    if hashlib.sha256(open(path, "rb").read()).hexdigest() != digest:
        sys.exit("hubfleet: " + url + " is not what was locked: its hash differs")
    return await rattler.RepoDataRecord.from_package_archive(path)

async def main():
    os.makedirs(cache)
    client, turns = rattler.Client.default_client(), asyncio.Semaphore(8)
    records = await asyncio.gather(*[bring(client, turns, url, digest) for url, digest in locked])
    await rattler.install(records=records, target_prefix=prefix, cache_dir=cache, installed_packages=[],
        platform=rattler.Subdir(subdir), execute_link_scripts=False, show_progress=False)

asyncio.run(main())

# Each record says where its package is from, not where it lay during the build.
urls = {url.rsplit("/", 1)[1]: url for url, digest in locked}
for name in os.listdir(prefix + "/conda-meta"):
    path = prefix + "/conda-meta/" + name
    record = json.load(open(path)) if name.endswith(".json") else {}
    if record.get("fn") in urls:
        url = urls[record["fn"]]
        record.update(url=url, channel=url.rsplit("/", 2)[0])
        record.pop("extracted_package_dir", None), record.pop("package_tarball_full_path", None)
        json.dump(record, open(path, "w"), indent=2, sort_keys=True)

places = [os.path.join(prefix, "lib", name, "site-packages") for name in os.listdir(prefix + "/lib") if name.startswith("python3.")]
normal = lambda name: re.sub(r"[-_.]+", "-", name).lower()
brought = {normal(one.metadata["Name"]) for one in importlib.metadata.distributions(path=places)}
lines = [line.strip() for line in text.replace("\\\\\\n", " ").splitlines()]
pins = [line for line in lines if re.match(r"[A-Za-z0-9]", line) and normal(re.match(r"[\\w.-]+", line)[0]) not in brought]
for file, wanted in (("git", True), ("hashed", False)):
    chosen = [line + "\\n" for line in pins if bool(re.search(r"@ *git\\+", line)) == wanted]
    open("/tmp/" + file + ".txt", "w").writelines(chosen)
`
    .trim()
    .split("\n");
}
