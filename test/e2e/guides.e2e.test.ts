import { symlink } from "node:fs/promises";

import { afterAll, beforeAll, expect, it } from "vitest";

import {
  comparable,
  executedGuides,
  type GuideShell,
  type GuideStep,
  openGuideShell,
  stepsOf,
} from "../support/guide.ts";
import { logIn } from "../support/hub-session.ts";
import { createSandbox, freeBlock, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnlessLong } from "../support/skip.ts";

/** One fleet for all guides: the first one makes it, and takes it down when the others are done. */
skipSuiteUnlessLong()("the commands of the guides, as typed", () => {
  let sandbox: Sandbox;
  let shell: GuideShell;
  const ports: Record<string, number> = {};

  beforeAll(async () => {
    sandbox = await createSandbox("guides", { environments: "shared" });
    await symlink("my-fleet", sandbox.fleet);
    shell = await openGuideShell(sandbox.root, sandbox.variables);
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  /** What a reader did at the keyboard or in a browser. */
  const deeds: Readonly<Record<string, () => Promise<void>>> = {
    "free ports": async () => {
      for (const hub of ["research", "staging"]) {
        const port = await freeBlock();
        ports[hub] = port;
        await sandbox.edit(`hubs/${hub}.yaml`, (text) => text.replace(/^port: \d+$/m, `port: ${port}`));
      }
    },
    "an edit in a web page": async () => {
      await sandbox.edit("images/lab/requirements.txt", (text) => `${text}packaging\n`);
    },
    "lab has a variant": async () => {
      const next = "variants:\n  next:\n    requirements: requirements-next.txt\n";
      await sandbox.edit("images/lab/image.yaml", (text) => text + next);
      const requirements = await sandbox.read("images/lab/requirements.txt");
      await sandbox.edit("images/lab/requirements-next.txt", () => requirements.replace("scipy\n", ""));
    },
    "grace has a server": async () => {
      const url = `http://127.0.0.1:${ports["research"]}/research/`;
      await (await logIn(url, "grace", sandbox.secret("research", "sharedPassword"))).startServer("lab");
    },
  };
  const act = async (names: readonly string[]): Promise<void> => {
    for (const name of names) {
      const deed = deeds[name];
      if (deed === undefined) throw new Error(`this test does not know how to do "${name}"`);
      await deed();
    }
  };

  it.each(inOrder())("$path:$step.line $step.title", async ({ step }) => {
    await act(step.first);
    const { exitCode, output } = await shell.run(step.shell);
    await act(step.afterwards);

    const printed = output.split("\n").map(comparable);
    const missing = step.prints.filter((text) => !printed.some((line) => line.includes(comparable(text))));
    expect({ exitCode, missing, output }).toEqual({ exitCode: step.exitCode, missing: [], output });
  });
});

/** The first guide ends with taking the fleet down: that comes last. */
function inOrder(): readonly { readonly path: string; readonly step: GuideStep }[] {
  const steps = executedGuides.flatMap((path) => stepsOf(path).map((step) => ({ path, step })));
  const run = steps.filter(({ step }) => step.skipped === undefined);
  const isEnd = ({ path, step }: (typeof run)[number]): boolean =>
    path === executedGuides[0] && step.shell.startsWith("hubfleet destroy");
  return [...run.filter((one) => !isEnd(one)), ...run.filter(isEnd)];
}
