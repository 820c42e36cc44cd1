import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";

import type { BuildRequest, Environments, LockRequest, Python } from "../../src/ports/environments.ts";
import {
  aMemorySubject,
  anUvSubject,
  type EnvironmentsSubject,
  minorOf,
  newestPython,
} from "../support/environments-subject.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const subjects = { uv: async () => anUvSubject(), memory: aMemorySubject };
const never = new AbortController().signal;
const header = ["# Written by hubfleet.", "# inputs sha256:abc python 3"];
const suite = (kind: keyof typeof subjects): ReturnType<typeof skipSuiteUnless> =>
  skipSuiteUnless(kind === "memory" || tool("uv"), "uv is not installed");

for (const kind of ["uv", "memory"] as const) {
  suite(kind)(`environments: ${kind}`, () => {
    let subject: EnvironmentsSubject;
    let environments: Environments;
    let python: Python;
    let root: string;

    beforeEach(async () => {
      subject = await subjects[kind]();
      environments = subject.create();
      ({ root } = subject);
    });

    beforeAll(async () => {
      const some = await subjects[kind]();
      python = await newestPython(some.create());
      await some.clean();
    });

    afterEach(async () => subject.clean());

    async function request(requirements: string, lock?: string): Promise<LockRequest> {
      await subject.files.ensureFile(`${root}/image/requirements.txt`, requirements, 0o644);
      if (lock !== undefined) await subject.files.ensureFile(`${root}/image/requirements.lock`, lock, 0o644);
      const paths = { requirements: `${root}/image/requirements.txt`, lock: `${root}/image/requirements.lock` };
      return { ...paths, fleetDirectory: root, python, pythonMinor: minorOf(python), header };
    }

    async function build(lockText?: string): Promise<BuildRequest> {
      const wanted = await request("six==1.17.0\n");
      const text = lockText ?? (await environments.lock(wanted, never));
      await subject.files.ensureFile(wanted.lock, text, 0o644);
      return { directory: `${root}/environments/key`, lock: wanted.lock, python };
    }

    it("knows the interpreters of this machine, newest first", async () => {
      const minors = await environments.listPythonMinors();

      const numbers = minors.map((minor) => Number(minor.split(".")[1]));
      expect(numbers).toEqual(numbers.toSorted((one, other) => other - one));
      expect(python.version.startsWith(`${minors[0]}.`)).toBe(true);
      expect(python.platform).toMatch(/^linux-/);
      expect(await environments.findPython("3.99")).toBeUndefined();
    });

    it("locks to exact versions below its header, the same on every machine", async () => {
      const text = await environments.lock(await request("six  # small\n"), never);

      expect(text.split("\n").slice(0, 2)).toEqual(header);
      expect(text).toMatch(/^six==\d+\.\d+\.\d+ .*$/m);
      expect(text).toContain("--hash=sha256:");
      expect(text).not.toMatch(/https?:|index-url|pypi/);
      expect(text).not.toContain(root);
      expect(await subject.files.list(`${root}/image`)).toEqual(["requirements.txt"]);
    });

    it("gives the same bytes when nothing has changed", async () => {
      const text = await environments.lock(await request("six\n"), never);

      expect(await environments.lock(await request("six\n", text), never)).toBe(text);
    });

    it("keeps pins that still fit, and changes those that don't", async () => {
      const old = await environments.lock(await request("six==1.16.0\n"), never);

      const kept = await environments.lock(await request("six\n", old), never);
      const moved = await environments.lock(await request("six==1.17.0\n", old), never);

      expect(kept).toContain("six==1.16.0 ");
      expect(moved).toContain("six==1.17.0 ");
    });

    it("gives up the pins that are to be upgraded, and no others", async () => {
      const old = await environments.lock(await request("six==1.16.0\n"), never);

      const other = await environments.lock({ ...(await request("six\n", old)), upgrade: ["packaging"] }, never);
      const named = await environments.lock({ ...(await request("six\n", old)), upgrade: ["six"] }, never);
      const all = await environments.lock({ ...(await request("six\n", old)), upgrade: "all" }, never);

      expect(other).toContain("six==1.16.0 ");
      expect(named).not.toContain("six==1.16.0 ");
      expect(all).toBe(named);
    });

    it("says why it could not lock, and leaves the present lock", async () => {
      const asked = await request("six==0.0.99\n", "# the present lock\n");

      const refusal: unknown = await environments.lock(asked, never).catch((error: unknown) => error);

      expect(refusal).toMatchObject({ code: "LOCK_FAILED", message: expect.stringContaining("six") as string });
      // As it lies in the fleet: a message is read on other machines, too.
      expect(String(refusal)).toContain('"image/requirements.txt"');
      expect(String(refusal)).not.toContain(root);
      expect(await subject.files.read(asked.lock)).toBe("# the present lock\n");
      expect(await subject.files.list(`${root}/image`)).toEqual(["requirements.lock", "requirements.txt"]);
    });

    it("builds an environment once", async () => {
      const wanted = await build();
      expect(await environments.isComplete(wanted.directory)).toBe(false);

      await environments.ensure(wanted, never);
      await environments.ensure(wanted, never);

      expect(await environments.isComplete(wanted.directory)).toBe(true);
      expect(await subject.files.exists(`${wanted.directory}/bin/python`)).toBe(true);
      expect(subject.builds()).toBe(1);
      expect(await subject.files.list(`${root}/environments`)).toEqual(["key"]);
    });

    it("builds anew what was left half-built", async () => {
      const wanted = await build();
      await subject.files.ensureFile(`${wanted.directory}/lib/half`, "", 0o644);

      await environments.ensure(wanted, never);

      expect(await environments.isComplete(wanted.directory)).toBe(true);
      expect(await subject.files.exists(`${wanted.directory}/lib/half`)).toBe(false);
    });

    it("makes concurrent builds of one directory one build", async () => {
      const wanted = await build();

      await Promise.all(
        [subject.create(), subject.create(), subject.create()].map(async (one) => one.ensure(wanted, never)),
      );

      expect(await environments.isComplete(wanted.directory)).toBe(true);
      expect(subject.builds()).toBe(1);
    });

    it("removes one that nobody needs, whole or half-built, and its note with it", async () => {
      const wanted = await build();
      await environments.ensure(wanted, never);
      const half = `${root}/environments/half`;
      await subject.files.ensureFile(`${half}/bin/python`, "", 0o755);

      expect(await environments.remove(wanted.directory, async () => true)).toBe(true);
      expect(await environments.remove(half, async () => true)).toBe(true);
      expect(await environments.remove(half, async () => true)).toBe(true);

      expect(await subject.files.list(`${root}/environments`)).toEqual([]);
    });

    it("gives one back that somebody came to need while it was being removed", async () => {
      const wanted = await build();
      await environments.ensure(wanted, never);
      let wasComplete = true;

      const removed = await environments.remove(wanted.directory, async () => {
        wasComplete = await environments.isComplete(wanted.directory);
        return false;
      });

      expect({ removed, wasComplete }).toEqual({ removed: false, wasComplete: false });
      expect(await environments.isComplete(wanted.directory)).toBe(true);
      expect(await subject.files.exists(`${wanted.directory}/bin/python`)).toBe(true);
    });

    it("lets whoever needs one that is being removed build it afterwards", async () => {
      const wanted = await build();
      await environments.ensure(wanted, never);
      let building: Promise<void> | undefined;

      const removed = await environments.remove(wanted.directory, async () => {
        building = subject.create().ensure(wanted, never);
        await new Promise((resolve) => setImmediate(resolve));
        return true;
      });
      await building;

      expect(removed).toBe(true);
      expect(subject.builds()).toBe(2);
      expect(await environments.isComplete(wanted.directory)).toBe(true);
    });

    it("removes none that is being built", async () => {
      const wanted = await build();
      const building = environments.ensure(wanted, never);
      while (!(await subject.files.exists(wanted.directory))) await new Promise((resolve) => setImmediate(resolve));

      const removed = await subject.create().remove(wanted.directory, async () => true);
      await building;

      expect(removed).toBe(false);
      expect(await environments.isComplete(wanted.directory)).toBe(true);
    });

    it("refuses a package whose hash differs, and leaves nothing", async () => {
      const text = await environments.lock(await request("six==1.17.0\n"), never);
      const wanted = await build(text.replaceAll(/--hash=sha256:\S+/g, `--hash=sha256:${"0".repeat(64)}`));

      await expect(environments.ensure(wanted, never)).rejects.toMatchObject({
        code: "ENVIRONMENT_FAILED",
        message: expect.stringMatching(/hash/i) as string,
      });

      expect(await environments.isComplete(wanted.directory)).toBe(false);
      expect(await subject.files.list(`${root}/environments`)).toEqual([]);
    });

    it("stops when it is told to, and can be asked again", async () => {
      const wanted = await build();
      const lock = await request("six\n");

      await expect(environments.ensure(wanted, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
      await expect(environments.lock(lock, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
      await environments.ensure(wanted, never);

      expect(await environments.isComplete(wanted.directory)).toBe(true);
    });
  });
}
