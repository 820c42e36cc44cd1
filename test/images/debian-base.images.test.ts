import { afterAll, beforeAll, expect, it } from "vitest";

import { builderSubjects } from "../support/containers/builder-subjects.ts";
import { pushDebianBase, whyNoDebianBase } from "../support/containers/debian-base.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;

for (const { name, whyNot, create } of builderSubjects.filter((one) => one.kind !== undefined)) {
  const reason = [whyNot, whyNoDebianBase()].find((why) => why !== "") ?? "";
  skipSuiteUnless(reason === "", reason)(`on a base with Python: ${name}`, () => {
    let registry: DockerRegistry;
    let base: string;

    beforeAll(async () => {
      registry = await startDockerRegistry();
      base = await pushDebianBase(registry);
    }, 120_000);
    afterAll(async () => registry.stop());

    it("an environment is made by the steps and found by the image's user", async () => {
      const subject = await create();
      try {
        const Dockerfile = `FROM ${base}\nRUN python3 -m venv --without-pip /opt/env\nENV PATH=/opt/env/bin:$PATH\nUSER 1000:1000\n`;
        const built = await subject.builder.build(
          {
            ...(await subject.write({ Dockerfile, "context/x": "" })),
            platform: subject.platform,
            labels: {},
            buildArguments: {},
            secrets: {},
            sourceDateEpoch: 1_700_000_000,
            name: "lab:python",
          },
          { signal: never },
        );
        const tests = subject.file("tests");
        await subject.put(tests, "import os, sys\nprint(sys.prefix, os.getuid())\nopen('/tests.py', 'w')\n");

        const result = await subject.builder.run(built, ["python", "/tests.py"], {
          mounts: [{ source: tests, target: "/tests.py" }],
          timeoutMilliseconds: 60_000,
          signal: never,
        });

        expect(result).toMatchObject({ exitCode: 1, stdout: "/opt/env 1000\n" });
        expect(result.stderr).toMatch(/Read-only file system|Permission denied/);
        await subject.builder.remove(built);
      } finally {
        await subject.clean();
      }
    });
  });
}
