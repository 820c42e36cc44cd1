import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { ContainerBuildRequest } from "../../src/ports/container-builder.ts";
import { aBaseInRegistry, type BaseInRegistry } from "../support/containers/a-base-in-registry.ts";
import { type BuilderSubject, builderSubjects } from "../support/containers/builder-subjects.ts";
import { isRoot, skipSuiteUnless, skipSuiteUnlessImages } from "../support/skip.ts";

const execute = promisify(execFile);
const never = new AbortController().signal;

/** What lies outside of the Dockerfile: other machines, and this one's disk. */
for (const { name, kind, whyNot, create } of builderSubjects.filter((one) => one.kind !== undefined)) {
  (whyNot === "" ? skipSuiteUnlessImages() : skipSuiteUnless(false, whyNot))(`refused builds: ${name}`, () => {
    let subject: BuilderSubject;
    let locked: BaseInRegistry;

    beforeAll(async () => {
      [subject, locked] = await Promise.all([create(), aBaseInRegistry({ wantsLogin: true })]);
    }, 120_000);
    afterAll(async () => {
      await locked.stop();
      await subject.clean();
    }, 60_000);

    it("says that a registry wants a login, and how to log in", async () => {
      const error = await refusal(subject, `FROM ${locked.base}\n`);

      const [host = ""] = locked.base.split("/");
      expect(error).toMatchObject({ code: "REGISTRY_DENIED", at: { line: 1 } });
      expect(error).toMatchObject({ hint: expect.stringContaining(`docker login ${host}`) });
    });

    it("says that a registry is down", async () => {
      const error = await refusal(subject, `FROM 127.0.0.1:1/base@sha256:${"2".repeat(64)}\n`);

      expect(error).toMatchObject({ code: "REGISTRY_UNREACHABLE", retry: "later", at: { line: 1 } });
    });
  });

  const isOwnDisk = kind === "buildah" || kind === "podman";
  if (!isOwnDisk) continue; // a daemon's disk is not this command's
  skipSuiteUnless(whyNot === "" && isRoot, whyNot === "" ? "only root can make a small disk" : whyNot)(
    `full disk: ${name}`,
    () => {
      it("says so, and builds again when there is room", async () => {
        const disk = await mkdtemp(join(tmpdir(), "hubfleet-disk-"));
        await execute("mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", disk]);
        const subject = await create(disk);
        try {
          const full = await refusal(subject, `FROM ${subject.base}\nRUN dd if=/dev/zero of=/big bs=1M count=200\n`);
          const small = await request(subject, `FROM ${subject.base}\nRUN dd if=/dev/zero of=/little bs=1M count=1\n`);
          await subject.builder.remove(await subject.builder.build(small, { signal: never }));

          expect(full).toMatchObject({ code: "DISK_FULL", retry: "later" });
        } finally {
          await subject.clean().catch(() => undefined); // its directory is a disk, which stays
          await execute("umount", ["-l", disk]);
          await rm(disk, { recursive: true });
        }
      }, 120_000);
    },
  );
}

async function request(subject: BuilderSubject, dockerfile: string): Promise<ContainerBuildRequest> {
  return {
    ...(await subject.write({ Dockerfile: dockerfile, "context/x": "" })),
    platform: subject.platform,
    labels: {},
    buildArguments: {},
    secrets: {},
    sourceDateEpoch: 0,
    name: "lab:refused",
  };
}

async function refusal(subject: BuilderSubject, dockerfile: string): Promise<unknown> {
  return subject.builder
    .build(await request(subject, dockerfile), { signal: never })
    .catch((thrown: unknown) => thrown);
}
