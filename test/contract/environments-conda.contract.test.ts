import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";

import { parseLock } from "../../src/image/lock/parse-lock.ts";
import type { BuildRequest, CondaRequest, Environments, LockRequest, Python } from "../../src/ports/environments.ts";
import { composeChannel, pythonPackages } from "../support/conda/conda-channel.ts";
import {
  aMemorySubject,
  anUvSubject,
  type EnvironmentsSubject,
  minorOf,
  newestPython,
} from "../support/environments-subject.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

/** A channel whose packages a test may take away or add to. */
interface Channel {
  readonly address: string;
  readonly offerNewer: () => void;
  readonly remove: () => void;
}

const never = new AbortController().signal;
const header = ["# Written by hubfleet.", "# inputs sha256:abc python 3"];
const subjects = { uv: async () => anUvSubject(), memory: aMemorySubject };
const suite = (kind: keyof typeof subjects): ReturnType<typeof skipSuiteUnless> =>
  skipSuiteUnless(kind === "memory" || tool("uv"), "uv is not installed");

for (const kind of ["uv", "memory"] as const) {
  suite(kind)(`conda environments: ${kind}`, () => {
    const place = mkdtempSync(join(tmpdir(), "hubfleet-channel-"));
    let subject: EnvironmentsSubject;
    let environments: Environments;
    let python: Python;
    let root: string;

    beforeAll(async () => {
      const some = await subjects[kind]();
      python = await newestPython(some.create());
      await some.clean();
      if (kind === "uv")
        composeChannel(join(place, "shared"), python, [...pythonPackages(python, "small"), ...words()]);
    });

    beforeEach(async () => {
      subject = await subjects[kind]();
      environments = subject.create();
      ({ root } = subject);
    });

    afterEach(async () => subject.clean());
    afterAll(() => rmSync(place, { recursive: true, force: true }));

    const words = (
      version = "1.0",
    ): readonly { name: string; version: string; noarch: "python"; depends: string[] }[] => [
      { name: "six", version: "1.16.0", noarch: "python", depends: ["python"] },
      { name: "words", version, noarch: "python", depends: ["python", "six"] },
    ];

    /** The channel with python, six and words; `own` ones may be changed. */
    function channel(own = false): Channel {
      const { memory } = subject;
      const packages = [
        { name: "python", version: python.version },
        ...words().map((one) => ({ ...one, depends: one.depends })),
      ];
      if (memory !== undefined) {
        const address = "file:///channel";
        memory.channels.offer(address, packages);
        return {
          address,
          offerNewer: () =>
            memory.channels.offer(address, [...packages, { name: "words", version: "1.1", depends: ["six"] }]),
          remove: () => memory.channels.remove(address),
        };
      }
      const shared = join(place, "shared");
      const directory = own ? join(root, "channel") : shared;
      if (own) cpSync(shared, directory, { recursive: true });
      return {
        address: `file://${directory}`,
        offerNewer: () => void composeChannel(directory, python, words("1.1").slice(1)),
        remove: () => rmSync(directory, { recursive: true }),
      };
    }

    function asked(channels: string, dependencies: readonly string[], more: Partial<CondaRequest> = {}): LockRequest {
      const image = `${root}/image`;
      const conda = {
        channels: [channels],
        dependencies,
        pip: [],
        variables: {},
        platforms: ["linux/amd64", "linux/arm64"],
        ...more,
      };
      const paths = { requirements: `${image}/requirements.txt`, lock: `${image}/lock.txt` };
      return { ...paths, fleetDirectory: root, python, pythonMinor: minorOf(python), header, conda };
    }

    async function locked(request: LockRequest): Promise<string> {
      await subject.files.ensureDirectory(`${root}/image`, 0o755);
      const text = await environments.lock(request, never);
      await subject.files.ensureFile(request.lock, text, 0o644);
      return text;
    }

    async function build(request: LockRequest): Promise<BuildRequest> {
      await locked(request);
      return { directory: `${root}/environments/key`, lock: request.lock, python };
    }

    it("locks conda packages for every platform, with a Python of the image's minor", async () => {
      const text = await locked(asked(channel().address, ["words"], { variables: { WORDS: "a b" } }));

      const lock = parseLock(text);
      expect(lock.header).toEqual(header);
      expect(lock.variables).toEqual({ WORDS: "a b" });
      for (const subdir of ["linux-64", "linux-aarch64"]) {
        const names = lock.conda
          .filter((one) => one.subdir === subdir)
          .map(({ name, version }) => `${name} ${version}`);
        expect(names).toEqual([`python ${python.version}`, "six 1.16.0", "words 1.0"]);
      }
      expect(lock.packages).toEqual([]);
      expect(await subject.files.list(`${root}/image`)).toEqual(["lock.txt"]);
    });

    it("gives the same bytes when nothing has changed, and keeps pins that still fit", async () => {
      const { address, offerNewer } = channel(true);
      const first = await locked(asked(address, ["words"]));
      expect(await locked(asked(address, ["words"]))).toBe(first);

      offerNewer();

      expect(await locked(asked(address, ["words"]))).toBe(first);
      const upgraded = await environments.lock({ ...asked(address, ["words"]), upgrade: ["words"] }, never);
      expect(parseLock(upgraded).conda.map(({ name, version }) => `${name} ${version}`)).toContain("words 1.1");
      const moved = parseLock(await locked(asked(address, ["words=1.1"])));
      expect(moved.conda.filter(({ name }) => name === "words").map(({ version }) => version)).toEqual(["1.1", "1.1"]);
    });

    it("leaves to pip only what conda does not bring", async () => {
      const request = asked(channel().address, ["six"], { pip: ["six", "python-dateutil==2.9.0.post0"] });

      const lock = parseLock(await locked(request));

      expect(lock.conda.map(({ name }) => name)).toContain("six");
      expect(lock.packages.map(({ name, version }) => [name, version])).toEqual([["python-dateutil", "2.9.0.post0"]]);
      expect(await subject.files.list(`${root}/image`)).toEqual(["lock.txt"]);
    });

    it("says on which platform what cannot be satisfied, and leaves the present lock", async () => {
      const request = asked(channel().address, ["words=7"]);
      await subject.files.ensureFile(request.lock, "# the present lock\n", 0o644);

      await expect(environments.lock(request, never)).rejects.toMatchObject({
        code: "LOCK_FAILED",
        message: expect.stringMatching(/linux\/amd64[^]*words/) as string,
      });
      expect(await subject.files.read(request.lock)).toBe("# the present lock\n");
      expect(await subject.files.list(`${root}/image`)).toEqual(["lock.txt"]);
    });

    it("says when a channel cannot be read", async () => {
      const { address, remove } = channel(true);
      remove();

      await expect(locked(asked(address, ["words"]))).rejects.toMatchObject({
        code: "LOCK_FAILED",
        message: expect.stringMatching(/channel[^]*file:\/\//) as string,
      });
    });

    it("builds an environment once, however many ask for it", async () => {
      const wanted = await build(asked(channel().address, ["words"]));
      await subject.files.ensureFile(`${wanted.directory}/lib/half`, "", 0o644);

      await Promise.all([subject.create(), subject.create()].map(async (one) => one.ensure(wanted, never)));
      await environments.ensure(wanted, never);

      expect(await environments.isComplete(wanted.directory)).toBe(true);
      expect(await subject.files.exists(`${wanted.directory}/bin/python`)).toBe(true);
      expect(await subject.files.exists(`${wanted.directory}/lib/half`)).toBe(false);
      expect(subject.builds()).toBe(1);
      expect(await subject.files.list(`${root}/environments`)).toEqual(["key"]);
    });

    it("builds again without the channel, and says what it lacks when it never had it", async () => {
      const { address, remove } = channel(true);
      const wanted = await build(asked(address, ["words"]));
      await environments.ensure(wanted, never);
      await subject.files.remove(wanted.directory);
      remove();

      await environments.ensure(wanted, never);

      expect(await environments.isComplete(wanted.directory)).toBe(true);
      const stranger = await subjects[kind]();
      await stranger.files.ensureFile(wanted.lock, (await subject.files.read(wanted.lock)) ?? "", 0o644);
      await expect(
        stranger.create().ensure({ ...wanted, directory: `${stranger.root}/environments/key` }, never),
      ).rejects.toMatchObject({
        code: "ENVIRONMENT_FAILED",
        message: expect.stringContaining("could not be fetched") as string,
      });
      await stranger.clean();
    });

    it("refuses a package whose hash differs, and leaves nothing", async () => {
      const wanted = await build(asked(channel().address, ["words"]));
      const text = (await subject.files.read(wanted.lock)) ?? "";
      const broken = text.replaceAll(/sha256:[0-9a-f]{64}$/gm, `sha256:${"0".repeat(64)}`);
      await subject.files.ensureFile(wanted.lock, broken, 0o644);

      await expect(environments.ensure(wanted, never)).rejects.toMatchObject({
        code: "ENVIRONMENT_FAILED",
        message: expect.stringMatching(/hash/) as string,
      });
      expect(await environments.isComplete(wanted.directory)).toBe(false);
      expect(await subject.files.list(`${root}/environments`)).toEqual([]);
    });

    it("says when a lock has nothing for this machine", async () => {
      const own = python.platform === "linux-aarch64" ? "linux/amd64" : "linux/arm64";
      const wanted = await build(asked(channel().address, ["words"], { platforms: [own] }));

      await expect(environments.ensure(wanted, never)).rejects.toMatchObject({
        code: "ENVIRONMENT_FAILED",
        message: expect.stringContaining("no conda packages for") as string,
      });
    });
  });
}
