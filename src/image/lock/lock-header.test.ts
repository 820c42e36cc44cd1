import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { environmentKey } from "./environment-key.ts";
import { lockHeader, type LockInputs, lockState } from "./lock-header.ts";

const requirements = "jupyterlab==4.6.6\ndask\n";
const lock = `${lockHeader({ requirements, pythonMinor: "3.11" }).join("\n")}\ndask==2026.8.0 --hash=sha256:1\n`;

describe("a lock fits", () => {
  it.each<[string, string, string, string]>([
    ["the same requirements", requirements, "3.11", "fresh"],
    ["a comment more", `# our notebooks\n${requirements}`, "3.11", "fresh"],
    ["a comment behind a requirement", requirements.replace("dask", "dask  # parallel"), "3.11", "fresh"],
    ["blank lines and spaces more", "\n  jupyterlab==4.6.6  \n\ndask", "3.11", "fresh"],
    ["Windows' line ends", requirements.replaceAll("\n", "\r\n"), "3.11", "fresh"],
    ["a requirement more", `${requirements}six\n`, "3.11", "stale"],
    ["another version", requirements.replace("4.6.6", "4.6.5"), "3.11", "stale"],
    ["a fragment, which is no comment", requirements.replace("dask", "dask#egg"), "3.11", "stale"],
    ["another Python", requirements, "3.12", "stale"],
  ])("%s?", (_what, written, python, state) => {
    expect(lockState(lock, { requirements: written, pythonMinor: python })).toBe(state);
  });

  it("only when there is one", () => {
    expect(lockState(undefined, { requirements, pythonMinor: "3.11" })).toBe("absent");
    expect(lockState("", { requirements, pythonMinor: "3.11" })).toBe("stale");
    expect(lockState("dask==1.0\n", { requirements, pythonMinor: "3.11" })).toBe("stale");
  });
});

it("a lock fits what it was made from, whatever that is", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("3.10", "3.11", "3.12"), (written, python) => {
      const inputs = { requirements: written, pythonMinor: python };
      expect(lockState(`${lockHeader(inputs).join("\n")}\nrest\n`, inputs)).toBe("fresh");
    }),
  );
});

it("every line of the header is a comment", () => {
  expect(lockHeader({ requirements, pythonMinor: "3.11" }).every((line) => line.startsWith("# "))).toBe(true);
});

it("an environment is named by lock, Python and platform, and by nothing else", () => {
  const python = { version: "3.11.2", platform: "linux-x86_64" };
  const key = environmentKey(lock, python);

  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(environmentKey(lock, { ...python })).toBe(key);
  expect(environmentKey(`${lock} `, python)).not.toBe(key);
  expect(environmentKey(lock, { ...python, version: "3.11.7" })).not.toBe(key);
  expect(environmentKey(lock, { ...python, platform: "linux-aarch64" })).not.toBe(key);
});

describe("a lock is stale when", () => {
  const inputs: LockInputs = {
    requirements: "-r base.txt\n",
    included: { "base.txt": "dask # parallel\n" },
    conda: { channels: ["conda-forge"], dependencies: ["gdal"] },
    platforms: ["linux/amd64", "linux/arm64"],
    pythonMinor: "3.11",
  };
  const made = lockHeader(inputs).join("\n");

  it.each<[string, Partial<LockInputs>, string]>([
    ["nothing differs", {}, "fresh"],
    ["an included file gets a comment", { included: { "base.txt": "dask\n\n" } }, "fresh"],
    ["an included file differs", { included: { "base.txt": "dask==1\n" } }, "stale"],
    ["an included file has another name", { included: { "other.txt": "dask\n" } }, "stale"],
    ["channels differ", { conda: { channels: [], dependencies: ["gdal"] } }, "stale"],
    ["environment.yml is gone", { conda: undefined }, "stale"],
    ["platforms stand in another order", { platforms: ["linux/arm64", "linux/amd64"] }, "fresh"],
    ["a platform is added", { platforms: ["linux/arm64"] }, "stale"],
  ])("%s", (_what, change, state) => {
    expect(lockState(made, { ...inputs, ...change })).toBe(state);
  });

  it("platforms don't count for pip packages alone, whose lock holds on all", () => {
    const pip = { requirements: "six\n", pythonMinor: "3.11" };

    expect(lockState(lockHeader({ ...pip, platforms: ["linux/arm64"] }).join("\n"), pip)).toBe("fresh");
  });
});

it("a lock of a newer format is refused rather than overwritten", () => {
  const newer = `${lockHeader({ requirements, pythonMinor: "3.11" }).join("\n")}\n`.replace("format 2", "format 3");

  expect(() => lockState(newer, { requirements, pythonMinor: "3.11" })).toThrow(
    expect.objectContaining({ code: "LOCK_TOO_NEW" }) as Error,
  );
});
