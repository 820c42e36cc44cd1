import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { secretValue } from "../../src/operate/kubernetes/observe-remote.ts";
import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import {
  clusterGuides,
  comparable,
  type GuideShell,
  type GuideStep,
  openGuideShell,
  stepsOf,
} from "../support/guide.ts";
import { aFleetHere, aHub, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import { chartInWords, whyNoSecrets } from "../support/kubernetes/charts-here.ts";
import { connectHere, targetHere } from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const namespace = `hubfleet-test-${randomBytes(4).toString("hex")}`;

/** A fleet on a cluster whose login has a secret: what both guides are about. */
skipSuiteUnless(whyNoSecrets === "", whyNoSecrets)(
  `the guides of clusters and secrets, by ${chartInWords("jupyterhub")}`,
  () => {
    let around: string;
    let fleet: FleetHere;
    let shell: GuideShell;
    let connection: ClusterConnection;
    let output = "";

    const hub = (more: object = {}, users: readonly string[] = ["ada"]): object => ({
      ...aHub("climate"),
      ...{ cluster: "cloud", stage: "staging", namespace, dask: { enabled: false } },
      access: { login: { kind: "sign-up" }, users, admins: ["grace"], ...more },
    });
    const clientSecret = { secret: "login", key: "github.clientSecret" };
    const login = { kind: "github", clientId: "Iv1.0123456789abcdef", clientSecret };
    const recipient = async (file: string): Promise<string> =>
      /public key: (\S+)/.exec(await readFile(file, "utf8"))?.[1] ?? "";
    const key = (): string => join(around, ".config", "sops", "age", "keys.txt");
    const edited = (value: string): Promise<void> =>
      writeFile(join(around, "edited.yaml"), `github:\n  clientSecret: ${value}\n`);
    const readers = async (...files: readonly string[]): Promise<void> => {
      const recipients = await Promise.all(files.map((file) => recipient(file)));
      await fleet.write(".sops.yaml", `creation_rules:\n  - path_regex: ^secrets/\n    age: ${recipients.join(",")}\n`);
    };

    /** What the guides' reader does beside typing. */
    const deeds: Readonly<Record<string, () => Promise<void>>> = {
      "the key is in .sops.yaml": async () => {
        await readers(key());
        await edited("the-first-secret");
      },
      "a hub uses it": () => fleet.write("hubs/climate.yaml", hub({ login })),
      "what doctor printed is pinned": async () => {
        const [server = ""] = /https:\/\/[\w.:]+/.exec(output) ?? [];
        const [certificateAuthority = ""] = /sha256:[0-9a-f]{64}/.exec(output) ?? [];
        const { context } = targetHere();
        await fleet.write("clusters/cloud.yaml", { provider: "kubeconfig", context, server, certificateAuthority });
      },
      "everything is committed": () => fleet.commit("a login"),
      "mary is in access.users": () => fleet.write("hubs/climate.yaml", hub({ login }, ["ada", "mary"])),
      "the editor has another value": () => edited("the-second-secret"),
      "the hub has the other value": async () => {
        const secret = { apiVersion: "v1", kind: "Secret", name: "hubfleet-secrets", namespace };
        expect(secretValue(await connection.get(secret, never), "githubClientSecret")).toBe("the-second-secret");
      },
      "another person's key is in .sops.yaml": async () => {
        execFileSync("age-keygen", ["-o", join(around, "other.txt")], { stdio: "ignore" });
        await readers(key(), join(around, "other.txt"));
      },
      "the other person can read it": async () => {
        const env = { ...process.env, SOPS_AGE_KEY_FILE: join(around, "other.txt") };
        const words = ["--decrypt", "secrets/login.enc.yaml"];
        const plain = execFileSync("sops", words, { cwd: fleet.directory, env, encoding: "utf8" });
        expect(plain).toContain("the-second-secret");
      },
    };
    const act = async (names: readonly string[]): Promise<void> => {
      for (const name of names) {
        const deed = deeds[name];
        if (deed === undefined) throw new Error(`this test does not know how to do "${name}"`);
        await deed();
      }
    };

    beforeAll(async () => {
      around = await mkdtemp(join(tmpdir(), "hubfleet-guides-"));
      connection = await connectHere();
      fleet = await aFleetHere(hub() as Readonly<Record<string, unknown>>, {
        ...{ name: "climate", stages: [{ name: "staging" }] },
        files: { "clusters/cloud.yaml": { provider: "kubeconfig", context: targetHere().context } },
      });
      const editor = join(around, "editor");
      await writeFile(editor, `#!/bin/sh\ncp ${around}/edited.yaml "$1"\n`);
      await chmod(editor, 0o755);
      const variables = { ...fleet.variables, HOME: around, XDG_CONFIG_HOME: join(around, ".config"), EDITOR: editor };
      shell = await openGuideShell(around, variables);
      await shell.run(`cd ${fleet.directory}`);
    });
    afterAll(async () => {
      await connection.delete({ apiVersion: "v1", kind: "Namespace", name: namespace }, never);
      await fleet.clean();
      await rm(around, { recursive: true, force: true });
    });

    it.each(inOrder())("$path:$step.line $step.title", async ({ step }) => {
      await act(step.first);
      // Each of its commands counts.
      const ran = await shell.run(`(\nset -e\n${step.shell}\n)`);
      ({ output } = ran);
      await act(step.afterwards);

      const printed = output.split("\n").map(comparable);
      const missing = step.prints.filter((text) => !printed.some((line) => line.includes(comparable(text))));
      expect({ exitCode: ran.exitCode, missing, output }).toEqual({ exitCode: step.exitCode, missing: [], output });
    });
  },
);

/** A secret is made before a hub that uses it, and gets another value while the hub is there. */
function inOrder(): readonly { readonly path: string; readonly step: GuideStep }[] {
  const [ofClusters = [], ofSecrets = []] = clusterGuides.map((path) =>
    stepsOf(path)
      .filter(({ skipped }) => skipped === undefined)
      .map((step) => ({ path, step })),
  );
  const change = ofSecrets.findIndex(({ step }) => step.shell.includes("hubfleet apply"));
  const end = ofClusters.findIndex(({ step }) => step.shell.startsWith("hubfleet destroy"));
  return [
    ...ofSecrets.slice(0, change),
    ...ofClusters.slice(0, end),
    ...ofSecrets.slice(change),
    ...ofClusters.slice(end),
  ];
}
