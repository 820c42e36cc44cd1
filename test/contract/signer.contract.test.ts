import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createRun, type Run } from "../../src/adapters/run.ts";
import { createSignerMemory } from "../../src/adapters/signer/signer-memory.ts";
import { createSignerSsh } from "../../src/adapters/signer/signer-ssh.ts";
import { allowedSigner, parsePersonKey } from "../../src/evidence/ssh/person-key.ts";
import { type RecordDraft, writeRecord } from "../../src/evidence/record.ts";
import { parseSignature } from "../../src/evidence/ssh/signature.ts";
import { signDrafts } from "../../src/operate/signoffs/sign-drafts.ts";
import type { Signer, SignerIdentity, SignResult } from "../../src/ports/signer.ts";
import { plainGit } from "../support/git-scratch.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const namespace = "hubfleet";
const { signal } = new AbortController();
const text = "ä record\n";

interface Subject {
  readonly signer: Signer;
  readonly directory: string;
  /** A key that the person has, and that Git does not know of: its public half. */
  addKey(name: string): Promise<string>;
  become(identity: Partial<SignerIdentity>): Promise<void>;
  end(): Promise<void>;
}

const hasSsh = tool("ssh-keygen") && tool("ssh-agent") && tool("ssh-add") && tool("git");
const subjects: Readonly<Record<string, () => Promise<Subject>>> = { ssh: openSsh, memory: async () => openMemory() };

for (const [name, open] of Object.entries(subjects)) {
  skipSuiteUnless(name === "memory" || hasSsh, "OpenSSH's client and Git are not installed")(`signer: ${name}`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(async () => subject.end());

    const sign = async (...keys: readonly string[]): Promise<SignResult> =>
      subject.signer.sign(text, { directory: subject.directory, keys, namespace, signal });

    it("knows nobody where Git knows nobody, and signs nothing", async () => {
      expect(await subject.signer.identity(subject.directory)).toEqual({
        email: undefined,
        publicKey: undefined,
        signsCommits: false,
      });
      expect(await sign("ssh-ed25519 AAAA")).toMatchObject({ kind: "not-signed" });
    });

    it("signs with the key that Git signs with, so that anybody can tell", async () => {
      const [first, second] = [await subject.addKey("first"), await subject.addKey("second")];
      await subject.become({ email: "ada@example.org", publicKey: second });

      expect(await subject.signer.identity(subject.directory)).toEqual({
        email: "ada@example.org",
        publicKey: second,
        signsCommits: false,
      });
      const signed = await sign(first, second);

      expect(signed).toMatchObject({ kind: "signed", key: second });
      const read = parseSignature(signed.kind === "signed" ? signed.signature : "");
      expect(read?.namespace).toBe(namespace);
      expect(read?.isOf(text)).toBe(true);
      expect(read?.isOf("ä record")).toBe(false);
      expect(read?.key.fingerprint).toBe(parsePersonKey(second)?.key.fingerprint);
    });

    it("knows who has Git sign whatever they commit", async () => {
      await subject.become({ signsCommits: true });

      expect(await subject.signer.identity(subject.directory)).toMatchObject({ signsCommits: true });
    });

    it("signs with a key of the agent where Git's is none of those that count", async () => {
      const [first, second] = [await subject.addKey("first"), await subject.addKey("second")];
      await subject.become({ publicKey: second });

      const signed = await sign(first);

      expect(signed).toMatchObject({ kind: "signed", key: first });
      expect(parseSignature(signed.kind === "signed" ? signed.signature : "")?.isOf(text)).toBe(true);
    });

    it("does not sign with a key that does not count", async () => {
      await subject.addKey("first");

      expect(
        await sign("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAR7azn3b6ANXoLWqDDDm25YgPTNjLY9tDZGZckLhRsM"),
      ).toMatchObject({
        kind: "not-signed",
      });
    });
  });
}

skipSuiteUnless(hasSsh, "OpenSSH's client and Git are not installed")("ssh-keygen", () => {
  let root: string;
  let directory: string;
  let run: Run;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "hubfleet-ssh-"));
    directory = root;
    run = plainRun({ HOME: root, SSH_AUTH_SOCK: undefined });
    await done(run, ["git", "init", "--quiet", root]);
  });
  afterEach(async () => rm(root, { recursive: true, force: true }));

  const makeKey = async (type: readonly string[], passphrase = ""): Promise<string> => {
    await done(run, ["ssh-keygen", "-q", "-t", ...type, "-N", passphrase, "-C", "somebody", "-f", join(root, "key")]);
    await done(run, ["git", "-C", root, "config", "user.signingKey", join(root, "key.pub")]);
    return (await createSignerSsh(run).identity(directory)).publicKey ?? "";
  };
  const sign = async (key: string, of: string, as = namespace): Promise<string> => {
    const signed = await createSignerSsh(run).sign(of, { directory, keys: [key], namespace: as, signal });
    return signed.kind === "signed" ? signed.signature : signed.why;
  };
  /** What ssh-keygen says of it, given the file of allowed signers that hubfleet makes of a person's key. */
  const verifies = async (signature: string, of: string, line: string, at?: string): Promise<boolean> => {
    const [signers, file] = [join(root, "allowed"), join(root, "signature")];
    await writeFile(signers, line);
    await writeFile(file, signature);
    const when = at === undefined ? [] : ["-O", `verify-time=${at}`];
    const words = ["-Y", "verify", "-f", signers, "-I", "ada", "-n", namespace, "-s", file, ...when] as const;
    return (await run(["ssh-keygen", ...words], { timeoutMilliseconds: 30_000, input: of })).exitCode === 0;
  };

  it.each([["ed25519"], ["ecdsa", "-b", "256"], ["ecdsa", "-b", "384"], ["ecdsa", "-b", "521"], ["rsa", "-b", "2048"]])(
    "and hubfleet agree on signatures by %s %s %s",
    async (...type) => {
      const key = await makeKey(type);
      const signature = await sign(key, text);
      const [person, read] = [parsePersonKey(key), parseSignature(signature)];
      const line = person === undefined ? "" : allowedSigner("ada", person, namespace);

      expect(read?.key.fingerprint).toBe(person?.key.fingerprint);
      expect([read?.isOf(text), await verifies(signature, text, line)]).toEqual([true, true]);
      expect([read?.isOf(`${text} `), await verifies(signature, `${text} `, line)]).toEqual([false, false]);
      const other = await sign(key, text, "git");
      expect([parseSignature(other)?.namespace, await verifies(other, text, line)]).toEqual(["git", false]);
    },
  );

  it("and jq are enough to check a record", async ({ skip }) => {
    if (!tool("jq")) skip("jq is not installed");
    const key = await makeKey(["ed25519"]);
    const clock = { kind: "machine", machine: "m1", boot: "b1", seconds: 71.06 } as const;
    const draft: RecordDraft = {
      kind: "sign-off",
      fleet: "0f0e1d9c-6f0e-4a51-9d5f-0d6c2b0a7c11",
      at: { time: "2026-11-21T09:00:00.000Z", clock },
      who: { id: "ada", known: "claimed" },
      subject: { stage: "production", parts: { "image/lab": "sha256:12", "group/übung": "sha256:34" } },
      body: { reason: 'maps look "right" \u2028 \\ \u0001 €' },
    };
    const [signed] = await signDrafts(["a".repeat(64)], [draft], sign.bind(undefined, key));
    const { text: written } = writeRecord(signed ?? draft, ["a".repeat(64)]);
    const file = join(root, "record.json");
    await writeFile(file, written);

    const record = await run(["jq", "-cS", "del(.signature)", file], { timeoutMilliseconds: 30_000, isExact: true });
    const signature = await run(["jq", "-r", ".signature", file], { timeoutMilliseconds: 30_000 });

    expect(record.exitCode).toBe(0);
    expect(await verifies(signature.stdout, record.stdout, `ada namespaces="hubfleet" ${key}\n`)).toBe(true);
  });

  it("and hubfleet agree on when a key ends", async () => {
    const key = await makeKey(["ed25519"]);
    const signature = await sign(key, text);
    const person = parsePersonKey(`valid-before="20271231" ${key}`);
    const line = person === undefined ? "" : allowedSigner("ada", person, namespace);

    expect(await verifies(signature, text, line, "20271230235959Z")).toBe(true);
    expect(await verifies(signature, text, line, "20271231000001Z")).toBe(false);
    expect(person?.until).toBe(Date.UTC(2027, 11, 31));
  });

  it("that cannot get at a key says why, and nothing is left behind", async () => {
    const key = await makeKey(["ed25519"], "a passphrase that nobody types");
    run = plainRun({ HOME: root, SSH_AUTH_SOCK: undefined, SSH_ASKPASS: "/bin/false", SSH_ASKPASS_REQUIRE: "force" });

    expect(await sign(key, text)).toContain("ssh-keygen could not");
    run = plainRun({ HOME: root, SSH_AUTH_SOCK: undefined, PATH: "/nowhere" });
    expect(await createSignerSsh(run).sign(text, { directory, keys: [key], namespace, signal })).toMatchObject({
      kind: "not-signed",
    });
  });
});

describe("the twin", () => {
  it("has a key that follows from its name", () => {
    expect(createSignerMemory().addKey("ada")).toBe(createSignerMemory().addKey("ada"));
  });
});

async function openSsh(): Promise<Subject> {
  const root = await mkdtemp(join(tmpdir(), "hubfleet-ssh-"));
  const socket = join(root, "agent");
  const run = plainRun({ HOME: root, SSH_AUTH_SOCK: socket });
  await done(run, ["git", "init", "--quiet", root]);
  // It goes into the background and says its process id.
  const said = await done(run, ["ssh-agent", "-s", "-a", socket]);
  const agent = /SSH_AGENT_PID=(\d+)/.exec(said)?.[1] ?? "";
  return {
    signer: createSignerSsh(run),
    directory: root,
    addKey: async (name) => {
      const file = join(root, name);
      await done(run, ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
      await done(run, ["ssh-add", "-q", file]);
      const key = (await done(run, ["ssh-keygen", "-y", "-f", file])).trim();
      await rm(file);
      await rm(`${file}.pub`);
      return key;
    },
    become: async ({ email, publicKey, signsCommits }) => {
      if (signsCommits === true) {
        await done(run, ["git", "-C", root, "config", "gpg.format", "ssh"]);
        await done(run, ["git", "-C", root, "config", "commit.gpgSign", "yes"]);
      }
      if (email !== undefined) await done(run, ["git", "-C", root, "config", "user.email", email]);
      if (publicKey !== undefined)
        await done(run, ["git", "-C", root, "config", "user.signingKey", `key::${publicKey}`]);
    },
    end: async () => {
      await done(run, ["kill", agent]);
      await rm(root, { recursive: true, force: true });
    },
  };
}

function openMemory(): Subject {
  const signer = createSignerMemory();
  return {
    signer,
    directory: "/fleet",
    addKey: async (name) => signer.addKey(name),
    become: async (identity) => signer.become(identity),
    end: async () => {},
  };
}

/** Nothing of the settings and the agent of whoever runs the tests. */
function plainRun(own: Readonly<Record<string, string | undefined>>): Run {
  const { GIT_CONFIG_NOSYSTEM, GIT_CONFIG_GLOBAL } = plainGit;
  const plain = { GIT_CONFIG_NOSYSTEM, GIT_CONFIG_GLOBAL, ...own };
  return (argv, options) => createRun()(argv, { ...options, environment: { ...plain, ...options.environment } });
}

async function done(run: Run, argv: readonly [string, ...string[]]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(argv, { timeoutMilliseconds: 30_000 });
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  return stdout;
}
