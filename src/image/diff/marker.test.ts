import { expect, it } from "vitest";

import { diffImages } from "./diff-images.ts";
import type { ImageContents, Pin } from "./image-contents.ts";
import { lockContents } from "./lock-contents.ts";
import { markerHolds } from "./marker.ts";

it.each([
  [undefined, true],
  ["sys_platform == 'win32'", false],
  ["sys_platform != 'win32'", true],
  ['"linux" in sys_platform', true],
  ["platform_machine == 'x86_64' and platform_system == 'Linux'", true],
  ["python_version < '3.9'", false],
  ["python_version >= '3.9' and python_version < '3.10'", false],
  ["python_full_version >= '3.11.4'", true],
  ["python_full_version < '3.11.4' or (os_name == 'nt' and extra == '')", false],
  ["platform_python_implementation not in 'PyPy'", true],
  ["implementation_name == 'pypy' or sys_platform == 'emscripten'", false],
  ["platform_release >= '5'", undefined],
  ["platform_release >= '5' and sys_platform == 'win32'", false],
  ["platform_release >= '5' or sys_platform == 'linux'", true],
  ["nonsense", undefined],
  ["linux-64", true],
  ["osx-arm64", false],
])("%s: %s on Linux with Python 3.11.7", (marker, expected) => {
  expect(markerHolds(marker, { python: "3.11.7", platform: "linux/amd64" })).toBe(expected);
});

it("knows a Python by its minor only", () => {
  const target = { python: "3.11", platform: "linux/arm64" };

  expect(markerHolds("python_version >= '3.11'", target)).toBe(true);
  expect(markerHolds("python_full_version >= '3.11.4'", target)).toBeUndefined();
  expect(markerHolds("platform_machine == 'aarch64'", target)).toBe(true);
});

it("expects of a container only what the lock wants on its platform", () => {
  const size = { kind: "unknown", because: "" } as const;
  const text = [
    "# inputs sha256:aa python 3.11",
    "colorama==0.4 ; sys_platform == 'win32'",
    "numpy==2.4.6 ; python_full_version < '3.12'",
    "numpy==2.5.5 ; python_full_version >= '3.12'",
    "six==1.0",
  ].join("\n");
  const lock = lockContents(text, { name: "image/lab", size });
  const pin = (name: string, version: string): Pin => {
    const known = { marker: undefined, hashes: [], isDirect: undefined, requiredBy: [] };
    return { name, version, source: { kind: "index" }, ...known };
  };
  const container: ImageContents = {
    ...lock,
    name: "lab@sha256:aa",
    from: "container",
    platform: "linux/amd64",
    environments: [
      {
        prefix: "/usr/local",
        python: "3.11.7",
        packages: [pin("six", "1.0"), pin("numpy", "2.4.6"), pin("pip", "26.0")],
      },
    ],
  };

  const [environment] = diffImages(lock, container).environments;

  // What installers bring along is told: nobody locked it.
  expect(environment?.packages.map(({ name }) => name)).toEqual(["pip"]);
});
