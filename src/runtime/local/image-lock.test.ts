import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { environmentKey, lockHeader, lockState } from "./image-lock.ts";

const requirements = "jupyterlab==4.6.6\ndask\n";
const lock = `${lockHeader(requirements, "3.11").join("\n")}\ndask==2026.8.0 --hash=sha256:1\n`;

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
    expect(lockState(lock, written, python)).toBe(state);
  });

  it("only when there is one", () => {
    expect(lockState(undefined, requirements, "3.11")).toBe("absent");
    expect(lockState("", requirements, "3.11")).toBe("stale");
    expect(lockState("dask==1.0\n", requirements, "3.11")).toBe("stale");
  });
});

it("a lock fits what it was made from, whatever that is", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("3.10", "3.11", "3.12"), (written, python) => {
      expect(lockState(`${lockHeader(written, python).join("\n")}\nrest\n`, written, python)).toBe("fresh");
    }),
  );
});

it("every line of the header is a comment", () => {
  expect(lockHeader(requirements, "3.11").every((line) => line.startsWith("# "))).toBe(true);
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
