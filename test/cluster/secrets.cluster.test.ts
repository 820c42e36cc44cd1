import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { eventually } from "../support/eventually.ts";
import { filesWith, holdsOneOf } from "../support/find-texts.ts";
import { aFleetHere, type FleetHere, type Ran } from "../support/kubernetes/a-fleet-here.ts";
import { chartInWords, whyNoSecrets } from "../support/kubernetes/charts-here.ts";
import { connectHere } from "../support/kubernetes/cluster-here.ts";
import { everythingHere } from "../support/kubernetes/everything-here.ts";
import { findHelmHere } from "../support/kubernetes/helm-here.ts";
import { recordPrograms, type RecordedPrograms } from "../support/recorded-programs.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const namespace = `hubfleet-test-${randomBytes(4).toString("hex")}`;

/** Two values that a login has one after the other, with real SOPS: told in order, and then looked for in everything. */
skipSuiteUnless(whyNoSecrets === "", whyNoSecrets)(`a secret of a hub by ${chartInWords("jupyterhub")}`, () => {
  const canaries = [1, 2].map(() => `canary${randomBytes(24).toString("hex")}`);
  const texts = canaries.flatMap(formsOf);
  const [first = "", second = ""] = canaries;
  const said: Ran[] = [];
  let around: string;
  let key: string;
  let programs: RecordedPrograms;
  let fleet: FleetHere;
  let connection: ClusterConnection;

  const hubfleet = async (command: string): Promise<Ran> => {
    const ran = await fleet.hubfleet(...command.split(" "));
    said.push(ran);
    return ran;
  };
  const give = async (clientSecret: string): Promise<void> => {
    const [, recipient = ""] = /public key: (\S+)/.exec(await readFile(key, "utf8")) ?? [];
    // SOPS opens its input by name, which only a pipe allows.
    const encrypt = `cat | sops --encrypt --age ${recipient} --input-type json --output-type yaml /dev/stdin`;
    const input = JSON.stringify({ github: { clientSecret } });
    await fleet.write("secrets/login.enc.yaml", execFileSync("sh", ["-c", encrypt], { input, encoding: "utf8" }));
    await fleet.commit("a secret");
  };
  /** As the hub's own process reads it. */
  const inHub = async (): Promise<string> => {
    const [pod] = await connection.listMetadata(
      { apiVersion: "v1", kind: "Pod", namespace, labels: { component: "hub" } },
      never,
    );
    const container = { namespace, pod: pod?.name ?? "", container: "hub" };
    const { stdout } = await connection.exec(
      container,
      ["sh", "-c", "cat /usr/local/share/hubfleet/secrets/githubClientSecret"],
      never,
    );
    return stdout;
  };

  beforeAll(async () => {
    around = await mkdtemp(join(tmpdir(), "hubfleet-canary-"));
    programs = await recordPrograms({
      root: around,
      withInput: [findHelmHere("4") ?? ""],
      withoutInput: ["sops", "git"],
    });
    key = join(around, "key.txt");
    execFileSync("age-keygen", ["-o", key], { stdio: "ignore" });
    connection = await connectHere();
    const clientSecret = { secret: "login", key: "github.clientSecret" };
    const login = { kind: "github", clientId: "Iv1.0123456789abcdef", clientSecret };
    const hub = { namespace, dask: { enabled: false }, access: { login, users: ["ada"], admins: ["grace"] } };
    const variables = { SOPS_AGE_KEY_FILE: key };
    fleet = await aFleetHere(hub, { name: "canary", variables, programs: [programs.directory] });
    await give(first);
  });
  afterAll(async () => {
    await connection.delete({ apiVersion: "v1", kind: "Namespace", name: namespace }, never);
    await fleet.clean();
    await rm(around, { recursive: true, force: true });
  });

  it("reaches the hub by a promotion", async () => {
    const { stdout } = await hubfleet("bundle new -o name");

    expect(await hubfleet(`promote ${stdout} --to production -o json`)).toMatchObject({ exitCode: 0 });

    expect(await inHub()).toBe(first);
  });

  it("stays where no key to the next one is", async () => {
    await give(second);
    await rename(key, `${key}.away`);

    const plan = await hubfleet("plan -o json");
    const applied = await hubfleet("apply");

    expect(plan.stdout).toContain("secret");
    expect(applied).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("keeps the secret that it has") });
    expect(await inHub()).toBe(first);
    await rename(`${key}.away`, key);
  });

  it("is another one after the next apply", async () => {
    expect(await hubfleet("plan --detailed-exitcode")).toMatchObject({ exitCode: 2 });
    expect(await hubfleet("apply -o json")).toMatchObject({ exitCode: 0 });

    // Sooner than the minute or two after which a kubelet looks by itself.
    await eventually("the hub has it", async () => (await inHub()) === second, 10_000);
    expect(await hubfleet("plan --detailed-exitcode")).toMatchObject({ exitCode: 0 });
  });

  it.each([
    "check hub/canary --only kernel -o json",
    ...["doctor cluster/here", "status -o json", "why hub/canary", "logs hub/canary -n 1000"],
    ...["config hub/canary --origin", "render hub/canary", "bundle list -o json", "evidence list -o json"],
    ...["report changes --since 1d -o json", "validate -o json", "advance"],
  ])("is asked about: %s", async (command) => {
    const { exitCode, stdout, stderr } = await hubfleet(command);

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).not.toBe("");
  });

  it("is in one Secret of the cluster, and in nothing else there", async () => {
    const holders = (await everythingHere()).filter(({ text }) => holdsOneOf(texts, text));

    expect(holders.map(({ name }) => name)).toEqual([`Secret ${namespace}/hubfleet-secrets`]);
  });

  it("is in nothing that a command said", () => {
    expect(said.filter(({ stdout, stderr }) => holdsOneOf(texts, stdout + stderr))).toEqual([]);
  });

  it("is in no argument and no environment of what was started, nor in what Helm was given", async () => {
    const calls = await programs.calls();

    expect(calls.filter(({ text }) => holdsOneOf(texts, text))).toEqual([]);
    expect(new Set(calls.map(({ program }) => program))).toEqual(new Set([findHelmHere("4"), "sops", "git"]));
    expect(calls.filter(({ text }) => text.includes("singleuser"))).not.toEqual([]);
  });

  it("is in no file of the fleet, of the state, of the journal and of caches, and in no object of Git", async () => {
    const objects = execFileSync("git", ["cat-file", "--batch", "--batch-all-objects"], {
      ...{ cwd: fleet.directory, encoding: "latin1", maxBuffer: 1 << 28 },
    });
    const files = await filesWith(texts, fleet.root);

    expect(files).toEqual([]);
    expect(holdsOneOf(texts, objects)).toBe(false);
    expect(objects).toContain("ENC[AES256_GCM");
  });
});

/** The text itself, and what base64 makes of it wherever it stands in something longer. */
function formsOf(text: string): readonly string[] {
  const encoded = [0, 1, 2].map((before) => {
    const whole = Buffer.from(" ".repeat(before) + text).toString("base64");
    return whole.slice(before === 0 ? 0 : 4, -4);
  });
  return [text, Buffer.from(text).toString("hex"), ...encoded];
}
