import { spawn } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";

import { makeCertificate } from "../support/certificates.ts";
import { aTinyImage, type TinyImage, whyNoTinyImage } from "../support/containers/tiny-image.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { isRoot, skipSuiteUnlessImages, skipUnless, tool } from "../support/skip.ts";

const program = fileURLToPath(new URL("../../bin/hubfleet", import.meta.url));
const missing = tool("buildah") ? whyNoTinyImage() : "buildah is not installed";

/** Whatever goes wrong: the reason in words, nothing half-published, nothing left, and the next run makes it good. */
skipSuiteUnlessImages()("a container that cannot be built or pushed", () => {
  let tiny: TinyImage;
  let count = 0;

  beforeAll(async () => {
    if (missing !== "") throw new Error(missing);
    tiny = await aTinyImage("failures", { builder: "buildah" });
  }, 120_000);
  afterAll(async () => tiny.stop());

  beforeEach(async () => {
    count += 1;
    await tiny.sandbox.edit("images/tiny/number", () => `${count}\n`);
    await tiny.commit(`image ${count}`);
  });
  afterEach(async () => {
    expect(await readdir(`${tiny.sandbox.state}/containers`)).toEqual([]);
  });

  /** It works once the cause is gone, and has then one tag more. */
  const isMended = async (before: readonly string[]): Promise<void> => {
    expect(await tiny.tags()).toEqual(before);
    const { kind, container } = await tiny.build("--push");
    expect(kind).toBe("pushed");
    expect(await tiny.tags()).toEqual([...before, container.tag].sort());
  };
  /** For one command. */
  const pushTo = async (address: string): Promise<string> => {
    const home = tiny.registry.host;
    await tiny.sandbox.edit("fleet.yaml", (text) => text.replace(home, address));
    const { exitCode, stderr } = await tiny.run("--push");
    await tiny.sandbox.edit("fleet.yaml", (text) => text.replace(address, home));
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain("build for");
    return stderr;
  };

  it("because nobody is logged in, or with a wrong password", async () => {
    const before = await tiny.tags();
    const closed = await startDockerRegistry({ login: "password" });
    try {
      expect(await pushTo(closed.host)).toContain("error REGISTRY_LOGIN");
      const auth = Buffer.from("reader:wrong").toString("base64");
      await writeFile(`${tiny.sandbox.root}/auth.json`, JSON.stringify({ auths: { [closed.host]: { auth } } }));
      tiny.variables["REGISTRY_AUTH_FILE"] = `${tiny.sandbox.root}/auth.json`;
      const wrong = await pushTo(closed.host);
      expect(wrong).toContain("error REGISTRY_LOGIN");
      expect(wrong).not.toContain("wrong");
      expect(wrong).not.toContain(auth);
    } finally {
      delete tiny.variables["REGISTRY_AUTH_FILE"];
      await closed.stop();
    }
    await isMended(before);
  });

  it("because a clock is wrong, as the registry's certificate shows", async () => {
    const before = await tiny.tags();
    const host = "0.0.0.0";
    const ever = { from: new Date("2020-01-01T00:00:00Z"), to: new Date("2099-01-01T00:00:00Z") };
    const issuer = makeCertificate({ name: "authority", ...ever });
    const tls = makeCertificate({
      name: "registry",
      issuer,
      hosts: [host],
      ...ever,
      from: new Date("2090-01-01T00:00:00Z"),
    });
    const registry = await startDockerRegistry({ tls, address: host });
    await writeFile(`${tiny.sandbox.root}/authority.pem`, issuer.certificate);
    tiny.variables["NODE_EXTRA_CA_CERTS"] = `${tiny.sandbox.root}/authority.pem`;
    const words = await pushTo(registry.host).finally(() => registry.stop());
    delete tiny.variables["NODE_EXTRA_CA_CERTS"];

    expect(words).toContain("error REGISTRY_CERTIFICATE");
    expect(words).toContain("does not hold yet, not before 2090-01-01T00:00:00Z; this machine's clock says 20");
    await isMended(before);
  });

  it("because its base is not there", async () => {
    const before = await tiny.tags();
    const absent = tiny.base.replace(/[0-9a-f]{64}$/, "0".repeat(64));
    await tiny.sandbox.edit("images/tiny/Dockerfile", (text) => text.replace(tiny.base, absent));
    const { exitCode, stderr } = await tiny.run();
    await tiny.git("checkout", "--quiet", "images/tiny/Dockerfile");

    expect(exitCode).toBe(1);
    expect(stderr).toContain("error BASE_MISSING");
    expect(stderr).toContain(absent);
    await isMended(before);
  });

  it("because its tag was given to something else", async () => {
    const { container } = await tiny.build("--push");
    const { text } = await tiny.manifest((await tiny.tags()).find((tag) => tag !== container.tag) ?? container.tag);
    await fetch(`http://${tiny.registry.host}/v2/team/tiny/manifests/${container.tag}`, {
      method: "PUT",
      headers: { "content-type": "application/vnd.oci.image.manifest.v1+json" },
      body: text,
    });

    const { exitCode, stderr } = await tiny.run("--push");

    expect(exitCode).toBe(1);
    expect(stderr).toContain("error TAG_MOVED");
    expect(stderr).toContain(container.digest ?? "no digest");
    expect((await tiny.manifest(container.tag)).text).toBe(text);
  });

  it("because somebody pulled the plug in the middle of a build", async () => {
    const before = await tiny.tags();
    await tiny.sandbox.edit("images/tiny/Dockerfile", (text) => text.replace("USER", "RUN echo begun; sleep 12\nUSER"));
    await tiny.commit("slow");
    const command = spawn(program, ["image", "build", "tiny", "--push", "--builder", "buildah"], {
      cwd: tiny.sandbox.fleet,
      env: { ...process.env, ...tiny.sandbox.variables, ...tiny.variables },
      stdio: "ignore",
    });
    await wait(5_000); // in the middle of the step that sleeps
    command.kill("SIGKILL");

    await isMended(before);
    const { stdout } = await execa("ps", ["-eo", "args"]);
    expect(stdout.split("\n").filter((line) => line.includes(tiny.sandbox.state))).toEqual([]);
  });

  skipUnless(isRoot, "it must be run by root")("because the disk is full", async () => {
    const before = await tiny.tags();
    const small = `${tiny.sandbox.root}/small`;
    await mkdir(small);
    await execa("mount", ["-t", "tmpfs", "-o", "size=24m,mode=711", "tmpfs", small]);
    try {
      const { exitCode, stderr } = await tiny.sandbox.hubfleet(
        ["image", "build", "tiny", "--push", "--builder", "buildah"],
        { environment: { ...tiny.variables, HUBFLEET_STATE: small } },
      );
      expect(exitCode).toBe(1);
      expect(stderr).toContain("error DISK_FULL");
      expect(await readdir(`${small}/containers`).catch(() => [])).toEqual([]);
    } finally {
      await execa("umount", ["-l", `${small}/builders/buildah/graph/overlay`], { reject: false });
      await execa("umount", ["-l", small]);
    }
    await isMended(before);
  });

  it("because the registry died while it was pushed to", async () => {
    const before = await tiny.tags();
    const dying: DockerRegistry = tiny.registry;
    const command = tiny.run("--push");
    await wait(3_000);
    await dying.kill();
    await command;
    await dying.start();

    // It may have been quicker than that.
    const { kind, container } = await tiny.build("--push");
    expect(["pushed", "unchanged"]).toContain(kind);
    expect(await tiny.tags()).toEqual([...before, container.tag].sort());
  });
});
