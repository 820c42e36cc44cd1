import { describe, expect, it } from "vitest";

import { parseLock } from "../lock/parse-lock.ts";
import { type DockerfileFacts, type DockerfileImage, renderDockerfile } from "./render-dockerfile.ts";

const digest = `sha256:${"a".repeat(64)}`;
const commit = "0123456789".repeat(4);
const lab: DockerfileImage = {
  name: "lab",
  directory: "images/lab",
  role: "notebook",
  python: "3.11",
  lock: "images/lab/lock.txt",
};
const facts: DockerfileFacts = {
  base: { registry: "docker.io", repository: "library/python", digest },
  lock: parseLock("six==1.17.0 \\\n    --hash=sha256:1\n"),
  aptPackages: [],
  hasPostBuild: false,
  hasStart: false,
};
const conda = parseLock(
  [
    '@variable GREETING="it\'s $HOME\\n\\\\"',
    `@conda linux-64 https://example.org/linux-64/python-3.11.7-h_0.conda sha256:${"b".repeat(64)}`,
    "six==1.17.0 --hash=sha256:1",
    `tool @ git+https://example.org/tool@${commit}`,
    "",
  ].join("\n"),
);

function render(image: Partial<DockerfileImage> = {}, difference: Partial<DockerfileFacts> = {}): string {
  return renderDockerfile({ ...lab, ...image }, { ...facts, ...difference });
}

/** Lines of one text that the other lacks. */
function added(text: string, before: string): readonly string[] {
  const known = new Set(before.split("\n"));
  return text.split("\n").filter((line) => !known.has(line));
}

describe("the Dockerfile of an image", () => {
  it("of pip packages alone", async () => {
    await expect(render()).toMatchFileSnapshot("__snapshots__/pip.Dockerfile");
  });

  it("of conda and pip packages, with everything that a directory may hold", async () => {
    const text = render({}, { lock: conda, aptPackages: ["git", "tini"], hasPostBuild: true, hasStart: true });

    await expect(text).toMatchFileSnapshot("__snapshots__/everything.Dockerfile");
  });
});

it("is the same for the same inputs, whatever else the lock says", () => {
  const other = parseLock("# another header\nsix==1.18.0 \\\n    --hash=sha256:2\n");

  expect(render({}, { lock: other })).toBe(render());
});

it("lets the packages be changed by the user, but not those of a hub, which holds secrets", () => {
  expect(render()).toContain("chown -R 1000:100 /opt/hubfleet\n");
  expect(render({ role: "hub" })).not.toContain("chown -R");
});

it("lets a hub see what its base brings, and users nothing but their lock", () => {
  expect(added(render({ role: "hub" }), render()).join("\n")).toContain(" --system-site-packages /opt/hubfleet;");
});

it("a hub works where the chart mounts its database, everybody else at home", () => {
  expect(render({ role: "hub" })).toContain("\nWORKDIR /srv/jupyterhub\n");
  expect(render({ role: "worker" })).toContain("\nWORKDIR /home/jovyan\n");
});

it.each([
  ["hub", '["jupyterhub", "--config", "/usr/local/etc/jupyterhub/jupyterhub_config.py"]'],
  ["notebook", '["jupyterhub-singleuser"]'],
  ["worker", '["dask", "worker"]'],
] as const)("a %s is started as the charts start it", (role, command) => {
  expect(render({ role }).endsWith(`\nCMD ${command}\n`)).toBe(true);
});

it("leaves the base's entrypoint alone unless something is to be started before the command", () => {
  expect(render()).not.toContain("ENTRYPOINT");
  expect(render({}, { aptPackages: ["tini"] })).toContain('ENTRYPOINT ["tini", "--"]\n');
  expect(render({}, { aptPackages: ["tini"], hasStart: true })).toContain(
    'ENTRYPOINT ["/usr/local/bin/hubfleet-start"]\n',
  );
});

it("installs what comes from Git apart, since only the commit assures it", () => {
  const lock = parseLock(`six==1.17.0 --hash=sha256:1\ntool @ git+https://example.org/tool@${commit}\n`);
  const steps = added(render({}, { lock }), render()).join("\n");

  expect(steps).toContain("grep -v '@ *git+' /usr/local/share/hubfleet/lock.txt > /tmp/hashed.txt;");
  expect(steps).toContain("--require-hashes -r /tmp/hashed.txt;");
  expect(steps).toContain("--break-system-packages -r /tmp/git.txt;");
});

it("copies the image's files only for what is run of them", () => {
  expect(render()).not.toContain("COPY --chown=1000:100 . /srv/image/");
  expect(render({}, { hasPostBuild: true })).toContain("COPY --chown=1000:100 . /srv/image/\n");
  expect(render({}, { hasPostBuild: true })).not.toContain("ENTRYPOINT");
});

it("ends as the user that the chart expects, by number, so that Kubernetes can see that it is not root", () => {
  const users = render({}, { hasPostBuild: true, hasStart: true }).match(/^USER .*$/gm);

  expect(users).toEqual(["USER root", "USER 1000"]);
});

it("keeps what is mounted while packages are fetched out of every copy", () => {
  const text = render({}, { lock: conda, hasPostBuild: true });

  expect(text.match(/--mount=type=secret,id=([\w.-]+),/g)).toEqual(
    ["pip.conf", "uv.toml", "netrc", "ca-certificates"].map((id) => `--mount=type=secret,id=${id},`),
  );
  expect(text.match(/^RUN --mount/gm)).toHaveLength(1);
});
