import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { BuiltContainer, ContainerBuildRequest, ContainerRunOptions } from "../../src/ports/container-builder.ts";
import { type BuilderSubject, builderSubjects } from "../support/containers/builder-subjects.ts";
import { readArchive } from "../support/containers/read-archive.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const epoch = 1_700_000_000;
const running: ContainerRunOptions = { timeoutMilliseconds: 60_000, signal: never };

for (const { name, whyNot, create } of builderSubjects) {
  skipSuiteUnless(whyNot === "", whyNot)(`container builder: ${name}`, () => {
    let subject: BuilderSubject;
    const built: BuiltContainer[] = [];

    beforeAll(async () => {
      subject = await create();
    }, 120_000);
    afterAll(async () => {
      for (const one of built) await subject.builder.remove(one);
      await subject.clean();
    }, 60_000);

    async function request(
      dockerfile: string,
      more: Partial<ContainerBuildRequest> = {},
    ): Promise<ContainerBuildRequest> {
      return {
        ...(await subject.write({ Dockerfile: dockerfile, "context/greeting.txt": "hello\n" })),
        platform: subject.platform,
        labels: {},
        buildArguments: {},
        secrets: {},
        sourceDateEpoch: epoch,
        name: "lab:tried",
        ...more,
      };
    }

    async function build(dockerfile: string, more: Partial<ContainerBuildRequest> = {}): Promise<BuiltContainer> {
      const one = await subject.builder.build(await request(dockerfile, more), { signal: never });
      built.push(one);
      return one;
    }

    async function refusal(dockerfile: string, more: Partial<ContainerBuildRequest> = {}): Promise<unknown> {
      return subject.builder
        .build(await request(dockerfile, more), { signal: never })
        .catch((thrown: unknown) => thrown);
    }

    it("says what it is", async () => {
      const facts = await subject.builder.describe(never);

      expect(facts.says).toContain(subject.builder.kind);
      expect(facts.runs[0]).toBe(facts.platform);
      expect(facts.platform).toMatch(/^linux\/\w+$/);
    });

    it("builds from a context, and runs commands as the image's user, in its directory, without its entrypoint", async () => {
      const lines: string[] = [];
      const text = `FROM ${subject.base}\nCOPY greeting.txt /srv/\nRUN echo built > /made\nENV COLOUR=green\nWORKDIR /srv\nUSER 1000\nENTRYPOINT ["false"]\n`;
      const image = await subject.builder.build(await request(text), {
        signal: never,
        onLine: (line) => void lines.push(line),
      });
      built.push(image);

      const seen = await Promise.all(
        [["cat", "/srv/greeting.txt"], ["cat", "/made"], ["id", "-u"], ["pwd"], ["env"]].map((command) =>
          subject.builder.run(image, command, { ...running, environment: { TASTE: "sweet" } }),
        ),
      );

      expect(seen.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
      expect(seen.slice(0, 4).map(({ stdout }) => stdout)).toEqual(["hello\n", "built\n", "1000\n", "/srv\n"]);
      expect(seen[4]?.stdout).toMatch(/^COLOUR=green$/m);
      expect(seen[4]?.stdout).toMatch(/^TASTE=sweet$/m);
      expect(lines.some((line) => line.includes("RUN echo built > /made"))).toBe(true);
    });

    it("writes an archive whose config and layers are what their names say", async () => {
      const image = await build(
        `FROM ${subject.base}\nARG WORD\nCOPY greeting.txt /srv/greeting.txt\nLABEL word=$WORD\nCMD ["cat", "/srv/greeting.txt"]\n`,
        { labels: { "org.example.lock": "sha256:abc" }, buildArguments: { WORD: "given" } },
      );
      const file = subject.file("image.tar");

      await subject.builder.save(image, file, never);

      const { config, layers } = await readArchive(await subject.read(file));
      const { reproducible } = await subject.builder.describe(never);
      expect(reproducible === true ? new Date(config.created).getTime() / 1000 : epoch).toBe(epoch);
      expect(config).toMatchObject({
        os: "linux",
        architecture: subject.platform.split("/")[1],
        config: { Labels: { "org.example.lock": "sha256:abc", word: "given" }, Cmd: ["cat", "/srv/greeting.txt"] },
      });
      const digests = layers.map((layer) => `sha256:${createHash("sha256").update(unpacked(layer)).digest("hex")}`);
      expect(digests).toEqual(config.rootfs.diff_ids);
      expect(digests.length).toBeGreaterThanOrEqual(2);
    });

    it("builds the same config and layers twice, where it says that it does", async () => {
      const { reproducible } = await subject.builder.describe(never);
      const text = `FROM ${subject.base}\nCOPY greeting.txt /srv/greeting.txt\nRUN echo one > /made && echo two > /made-too\n`;
      const digests: string[] = [];
      for (const archive of ["first.tar", "second.tar"]) {
        const image = await subject.builder.build(await request(text, { withoutCache: true }), { signal: never });
        await subject.builder.save(image, subject.file(archive), never);
        await subject.builder.remove(image);
        const { config } = await readArchive(await subject.read(subject.file(archive)));
        digests.push(JSON.stringify(reproducible === true ? config : config.rootfs.diff_ids.length));
      }

      expect(digests[1]).toBe(digests[0]);
    });

    it("tells a command that fails, one that is not there, and one that takes too long", async () => {
      const image = await build(`FROM ${subject.base}\n`);

      const failed = await subject.builder.run(image, ["false"], running);
      const missing = await subject.builder.run(image, ["no-such-command"], running);
      const slow = await subject.builder.run(image, ["sleep", "300"], { ...running, timeoutMilliseconds: 1500 });

      expect(failed).toEqual({ exitCode: 1, stdout: "", stderr: expect.any(String), isOutOfTime: false });
      expect([126, 127]).toContain(missing.exitCode);
      expect(slow).toMatchObject({ exitCode: -1, isOutOfTime: true });
    });

    it("says which step failed, where it stands, and what it said", async () => {
      const error = await refusal(`FROM ${subject.base}\nUSER root\nRUN echo first && exit 3\nRUN echo never\n`, {
        dockerfileName: "images/lab/Dockerfile",
      });

      expect(error).toMatchObject({
        code: "BUILD_FAILED",
        message: `"lab:tried" for ${subject.platform} could not be built: RUN ended with exit status 3\n  first`,
        at: { path: "images/lab/Dockerfile", line: 3 },
      });
    });

    it("says which file a COPY step misses", async () => {
      const error = await refusal(`FROM ${subject.base}\nCOPY absent.txt /srv/\n`);

      expect(error).toMatchObject({
        code: "BUILD_FAILED",
        at: { line: 2 },
        message: expect.stringContaining("absent.txt"),
      });
    });

    it("says that a base is not there", async () => {
      const error = await refusal(`FROM ${subject.absentBase}\nRUN true\n`);

      expect(error).toMatchObject({ code: "BASE_MISSING", message: expect.stringContaining(subject.absentBase) });
    });

    it("builds for another platform where nothing has to run, and says what is missing where something has", async () => {
      const other = subject.platform === "linux/arm64" ? "linux/amd64" : "linux/arm64";
      const { runs } = await subject.builder.describe(never);
      const image = await build("FROM scratch\nCOPY greeting.txt /srv/greeting.txt\n", { platform: other });
      const file = subject.file("other.tar");
      await subject.builder.save(image, file, never);
      expect((await readArchive(await subject.read(file))).config.architecture).toBe(other.split("/")[1]);
      if (runs.includes(other)) return;

      const step = await refusal("FROM scratch\nCOPY --chmod=755 greeting.txt /bin/sh\nRUN true\n", {
        platform: other,
      });
      const command = await subject.builder.run(image, ["true"], running).catch((thrown: unknown) => thrown);

      expect(step).toMatchObject({ code: "EMULATION_MISSING", message: expect.stringContaining(other) });
      expect(command).toMatchObject({ code: "EMULATION_MISSING" });
    });

    it("forgets an image that is removed, also twice", async () => {
      const image = await subject.builder.build(await request(`FROM ${subject.base}\nRUN echo soon gone > /x\n`), {
        signal: never,
      });

      await subject.builder.remove(image);
      await subject.builder.remove(image);

      await expect(subject.builder.save(image, subject.file("gone.tar"), never)).rejects.toMatchObject({
        code: "BUILDER_UNUSABLE",
      });
    });

    it("gives a step its secrets, and no layer", async () => {
      const secret = subject.file("token");
      await subject.put(secret, "hush\n");
      const text = `FROM ${subject.base}\nRUN --mount=type=secret,id=token cat /run/secrets/token > /tmp/x && ls /tmp > /seen && true > /tmp/x\n`;
      const image = await build(text, { secrets: { token: secret } });
      const file = subject.file("secret.tar");
      await subject.builder.save(image, file, never);

      const { layers, config } = await readArchive(await subject.read(file));

      expect(
        [JSON.stringify(config), ...layers.map((layer) => unpacked(layer).toString("latin1"))].join(),
      ).not.toContain("hush");
    });

    it("does nothing for a command that was interrupted before", async () => {
      const interrupted = AbortSignal.abort();

      await expect(
        subject.builder.build(await request(`FROM ${subject.base}\n`), { signal: interrupted }),
      ).rejects.toMatchObject({ name: "AbortError" });
    });
  });
}

function unpacked(layer: Buffer): Buffer {
  return layer[0] === 0x1f && layer[1] === 0x8b ? gunzipSync(layer) : layer;
}
