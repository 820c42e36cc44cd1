import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { createSandbox, freeBlock } from "../support/process-sandbox.ts";

describe("the sandbox of the other tests", () => {
  it("runs hubfleet on a state of its own that every account may pass through", async () => {
    const sandbox = await createSandbox("sandbox");
    await sandbox.init();

    const result = await sandbox.hubfleet(["status", "-o", "json"]);

    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("research") as string });
    expect((await stat(sandbox.root)).mode & 0o777).toBe(0o755);
    expect(await sandbox.hubfleet(["nonsense"])).toMatchObject({ exitCode: 64 });
    expect(await sandbox.sweep()).toEqual([]);
    expect(existsSync(sandbox.root)).toBe(false);
  });

  it("finds and ends what a test left behind", async () => {
    const sandbox = await createSandbox("sandbox");
    await sandbox.init();
    const marker = `${sandbox.uuid()}/research/server/ada`;
    const child = spawn("/bin/sleep", ["300"], { env: { HUBFLEET_PROCESS: marker }, stdio: "ignore" });

    const left = await sandbox.sweep();

    expect(left).toEqual([expect.stringContaining(`"${marker}": /bin/sleep 300`)]);
    expect(child.signalCode ?? "SIGTERM").toBe("SIGTERM");
  });

  it("can be swept when nothing was made", async () => {
    const sandbox = await createSandbox("sandbox");

    expect(await sandbox.sweep()).toEqual([]);
  });

  it("gives out blocks of ten ports that don't overlap", async () => {
    const blocks = [await freeBlock(), await freeBlock(), await freeBlock()].toSorted((one, other) => one - other);

    expect(blocks.slice(1).every((block, index) => block - (blocks[index] ?? 0) >= 10)).toBe(true);
  });
});
