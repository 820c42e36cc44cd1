import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createRun, type Run, type RunOptions } from "../../src/adapters/run.ts";
import { createSecretFilesMemory } from "../../src/adapters/secret-files/secret-files-memory.ts";
import { createSecretFilesSops } from "../../src/adapters/secret-files/secret-files-sops.ts";
import { HubfleetError } from "../../src/errors/hubfleet-error.ts";
import type { SecretFiles } from "../../src/ports/secret-files.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const canary = "tell-nobody-4711";
const values = { github: { clientSecret: canary, id: 42 }, ready: true, empty: "", "with space": "x" };

interface Subject {
  readonly files: SecretFiles;
  put(name: string): Promise<void>;
  /** From now on the key is somewhere else. */
  lock(name: string): Promise<void>;
  /** Somebody edits it without SOPS. */
  edit(name: string): Promise<void>;
  end(): Promise<void>;
}

const hasSops = tool("sops") && tool("age-keygen");
const subjects: Readonly<Record<string, () => Promise<Subject>>> = { sops: openSops, memory: async () => openMemory() };

for (const [kind, open] of Object.entries(subjects)) {
  const reason = "sops and age-keygen are not on PATH: script/test-secrets brings them";
  skipSuiteUnless(kind === "memory" || hasSops, reason)(`encrypted files: ${kind}`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(async () => subject.end());
    const read = async (key: string, secret = "login"): Promise<string> => subject.files.read({ secret, key });
    const refusal = async (key: string, secret = "login"): Promise<HubfleetError> =>
      read(key, secret).then(
        (value) => {
          throw new Error(`it gave ${value}`);
        },
        (thrown: unknown) => {
          if (thrown instanceof HubfleetError) return thrown;
          throw thrown;
        },
      );

    it("give one value, as text, of as many as are asked for at once", async () => {
      await subject.put("login");

      expect(
        await Promise.all(["github.clientSecret", "github.id", "ready", "with space"].map((key) => read(key))),
      ).toEqual([canary, "42", "true", "x"]);
    });

    it("give what is in the file now", async () => {
      await subject.put("login");
      await read("ready");
      await subject.edit("login");

      expect((await refusal("ready")).code).toBe("SECRETS_CHANGED");
      await subject.put("login");
      expect(await read("ready")).toBe("true");
    });

    it.each([
      ["a file that is not there", "ready", "logni", "SECRETS_FILE_MISSING"],
      ["a key that is not there", "github.secret", "login", "SECRET_NOT_THERE"],
      ["a map", "github", "login", "SECRET_NOT_THERE"],
      ["nothing", "empty", "login", "SECRET_NOT_THERE"],
      ["what every object has", "constructor.name", "login", "SECRET_NOT_THERE"],
      ["a part of a text", `github.clientSecret.length`, "login", "SECRET_NOT_THERE"],
    ])("refuse %s", async (_what, key, secret, code) => {
      await subject.put("login");

      expect((await refusal(key, secret)).code).toBe(code);
    });

    it("say when no key is here, and after a change by hand, without a value of theirs", async () => {
      await subject.put("login");
      await subject.put("other");
      await subject.edit("login");
      await subject.lock("other");

      const errors = [await refusal("github.clientSecret"), await refusal("github.clientSecret", "other")];

      expect(errors.map(({ code }) => code)).toEqual(["SECRETS_CHANGED", "SECRETS_LOCKED"]);
      expect(errors.map(({ message, hint }) => `${message} ${hint ?? ""}`).join("\n")).not.toContain(canary);
    });

    it("are described without a key, by name", async () => {
      await subject.put("other");
      await subject.put("login");
      await subject.lock("other");

      const described = await subject.files.describe();

      expect(described.map(({ name }) => name)).toEqual(["login", "other"]);
      expect(described[0]?.recipients).toEqual([expect.stringMatching(/^age1[a-z0-9]+$/)]);
      expect(described[0]?.lastModified).toBeInstanceOf(Date);
    });

    it("are none where there is no such directory", async () => {
      expect(await subject.files.describe()).toEqual([]);
    });
  });
}

skipSuiteUnless(hasSops, "sops and age-keygen are not on PATH")("what SOPS is told", () => {
  it("is the file's name, never a value: not in arguments, not in the environment", async () => {
    const calls: [readonly string[], RunOptions][] = [];
    const watched: Run = async (argv, options) => {
      calls.push([argv, options]);
      return createRun()(argv, options);
    };
    const subject = await openSops(watched);
    await subject.put("login");
    calls.length = 0;

    await Promise.all([1, 2, 3].map(() => subject.files.read({ secret: "login", key: "github.clientSecret" })));

    expect(calls).toHaveLength(1); // one call for all who ask
    expect(JSON.stringify(calls)).not.toContain(canary);
    await subject.end();
  });
});

describe("without SOPS", () => {
  it("says what is missing", async () => {
    const directory = await mkdtemp(join(tmpdir(), "hubfleet-secrets-"));
    await mkdir(join(directory, "secrets"));
    await writeFile(join(directory, "secrets/login.enc.yaml"), "a: ENC[x]\nsops: { mac: x }\n");
    const without: Run = async (argv, options) => createRun()(argv, { ...options, environment: { PATH: "/nowhere" } });

    await expect(createSecretFilesSops(without, directory).read({ secret: "login", key: "a" })).rejects.toMatchObject({
      code: "SECRETS_LOCKED",
      message: 'secrets/login.enc.yaml cannot be decrypted here: "sops" is not on PATH',
    });
    await rm(directory, { recursive: true });
  });
});

async function openSops(run: Run = createRun()): Promise<Subject> {
  const root = await mkdtemp(join(tmpdir(), "hubfleet-secrets-"));
  const directory = join(root, "fleet");
  const [here, elsewhere] = [join(root, "key.txt"), join(root, "other.txt")];
  for (const file of [here, elsewhere]) execFileSync("age-keygen", ["-o", file], { stdio: "ignore" });
  const recipient = async (file: string): Promise<string> =>
    /public key: (\S+)/.exec(await readFile(file, "utf8"))?.[1] ?? "";
  const as: Run = async (argv, options) =>
    run(argv, { ...options, environment: { ...options.environment, SOPS_AGE_KEY_FILE: here } });
  const encrypt = async (name: string, key: string): Promise<void> => {
    await mkdir(join(directory, "secrets"), { recursive: true });
    const plain = join(root, "plain.yaml");
    await writeFile(plain, JSON.stringify(values));
    const argv = ["--encrypt", "--age", await recipient(key), "--input-type", "json", "--output-type", "yaml", plain];
    await writeFile(join(directory, `secrets/${name}.enc.yaml`), execFileSync("sops", argv));
    await rm(plain);
  };
  return {
    files: createSecretFilesSops(as, directory),
    put: async (name) => encrypt(name, here),
    lock: async (name) => encrypt(name, elsewhere),
    edit: async (name) => {
      const path = join(directory, `secrets/${name}.enc.yaml`);
      await cp(path, `${path}.before`);
      const text = await readFile(path, "utf8");
      await writeFile(path, text.replace("ready:", "unready:"));
    },
    end: async () => rm(root, { recursive: true }),
  };
}

function openMemory(): Subject {
  const files = createSecretFilesMemory();
  return {
    files,
    put: async (name) => files.put(name, values, { lastModified: new Date(0), recipients: ["age1pretended"] }),
    lock: async (name) => files.become(name, "locked"),
    edit: async (name) => files.become(name, "changed"),
    end: async () => undefined,
  };
}
