import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import {
  type ContainerBuilderMemory,
  createContainerBuilderMemory,
  type PretendedCommand,
} from "../../adapters/container-builder/builder-memory.ts";
import type { Image, ImageRole } from "../../fleet/fleet.ts";
import type { CheckedVerdict } from "../../image/check/image-check-report.ts";
import type { BuiltContainer } from "../../ports/container-builder.ts";
import { checkContainer } from "./check-container.ts";

const context = { platform: "linux/amd64", labels: {}, buildArguments: {}, secrets: {}, sourceDateEpoch: 0 };
const builtIn = ["user", "command", "dependencies", "imports", "kernel", "server"];

interface Asked {
  readonly nonce: string;
  readonly checks: readonly { readonly check: string; readonly overlay?: string | null }[];
}

const isPip = (command: readonly string[]): boolean => command[2]?.includes("-m pip check") === true;

describe("a built container", () => {
  let machine: PretendedMachine;
  let builder: ContainerBuilderMemory;
  let built: BuiltContainer;
  let image: Image;
  /** What the container's Python comes to, by check; the others pass. */
  let results: Record<string, Record<string, unknown>>;

  beforeEach(async () => {
    machine = aLocalWorld();
    results = {};
    const app = await machine.open(aFleet().withFile("images/lab/tests/test_maps.py", "def test_maps(): pass\n"));
    image = (await app.fleet()).images.get("lab") as Image; // the fleet has it
    await machine.files.ensureFile("/package/assets/python/hubfleet_image/pytest.txt", "# pytest\n", 0o644);
    builder = createContainerBuilderMemory({ files: machine.files });
    await machine.files.ensureFile("/context/Dockerfile", "FROM scratch\nUSER 1000\n", 0o644);
    const request = { ...context, contextDirectory: "/context", dockerfile: "/context/Dockerfile", name: "lab:1" };
    built = await builder.build(request, machine.watch);
    builder.onCommand(sound);
  });

  const sound: PretendedCommand = (command) => {
    if (command[0] === "jupyterhub-singleuser") return { stdout: "5.5.0\n" };
    if (isPip(command)) return { stdout: "No broken requirements found.\n" };
    if (command[0] !== "sh") return undefined;
    const { nonce, checks } = JSON.parse(command.at(-1) ?? "") as Asked; // the harness's request comes last
    const told = checks.map(({ check }) => ({
      check,
      result: "passed",
      summary: "good",
      output: "",
      ...results[check],
    }));
    return { stdout: told.map((verdict) => `noise\n${nonce} ${JSON.stringify(verdict)}\n`).join("") };
  };
  const check = async (role: ImageRole = "notebook"): Promise<readonly CheckedVerdict[]> => {
    const directory = "/fleet";
    const props = { built, builder, directory, scratch: "/scratch", world: machine, ...machine.watch };
    return checkContainer({ ...props, image: { ...image, role } });
  };
  const outcome = async (name: string): Promise<CheckedVerdict | undefined> =>
    (await check()).find((one) => one.check === `container/${name}`);

  it("is looked at from inside, its own tests included", async () => {
    const checks = await check();

    expect(checks.map((one) => one.check)).toEqual(
      [...builtIn, "tests/test_maps.py"].map((name) => `container/${name}`),
    );
    expect(checks.map(({ result }) => result)).toEqual(checks.map(() => "passed"));
    expect(checks[0]?.summary).toBe("uid 1000");
    expect(checks[1]?.summary).toBe("jupyterhub-singleuser 5.5.0");
  });

  it("is not looked at twice while it is the same", async () => {
    await check();
    const count = builder.commands.length;

    const again = await check();

    expect(builder.commands).toHaveLength(count);
    expect(again.every(({ from }) => from !== null)).toBe(true);
  });

  it("fails when it runs as root", async () => {
    builder.onCommand(([program]) => (program === "id" ? { stdout: "0\n" } : undefined));

    expect(await outcome("user")).toMatchObject({
      result: "failed",
      summary: expect.stringContaining("root") as string,
    });
  });

  it("fails without what a hub starts in it", async () => {
    builder.onCommand(([program]) => (program === "jupyterhub-singleuser" ? { exitCode: 127 } : undefined));

    expect(await outcome("command")).toMatchObject({
      result: "failed",
      summary: "there is no `jupyterhub-singleuser` in it, which a hub starts",
    });
  });

  it("fails with the conflict that pip names, and is not blamed for having no pip", async () => {
    const conflict = "dask 2026.1 has requirement toolz>=1, but you have toolz 0.9.\nand another\n";
    builder.onCommand((command) => (isPip(command) ? { exitCode: 1, stdout: conflict } : undefined));
    const conflicting = await outcome("dependencies");
    builder.onCommand((command) => (isPip(command) ? { exitCode: 92 } : undefined));
    const without = await outcome("dependencies");

    expect(conflicting).toMatchObject({ result: "failed", summary: expect.stringContaining("(and 1 more)") as string });
    expect(without).toMatchObject({ result: "skipped", summary: "there is no pip in it" });
  });

  it("fails with its Python's last words where that ends without a verdict", async () => {
    builder.onCommand((command) =>
      command.at(-1)?.includes('"kernel"') === true
        ? { exitCode: 139, stdout: "loading\n", stderr: "Segmentation fault\n" }
        : undefined,
    );

    expect(await outcome("kernel")).toMatchObject({
      result: "failed",
      summary: "the image's Python ended with status 139: Segmentation fault",
    });
  });

  it("is spared what its role has no use for", async () => {
    const ofWorker = await check("worker");

    expect(ofWorker.filter(({ result }) => result === "skipped").map((one) => one.check)).toEqual([
      "container/kernel",
      "container/server",
    ]);
  });

  it("is shown the tests and pytest, and has neither of its own afterwards", async () => {
    const seen: (readonly string[])[] = [];
    builder.onCommand((command, _image, { mounts = [] }) => {
      if (command.at(-1)?.includes("test_maps") === true) seen.push(mounts.map(({ target }) => target));
      return undefined;
    });

    await check();

    expect(seen).toEqual([
      ["/opt/hubfleet-check/hubfleet_image", "/opt/hubfleet-check/image", "/opt/hubfleet-check/pytest"],
    ]);
  });
});
