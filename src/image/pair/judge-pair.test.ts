import { describe, expect, it } from "vitest";

import { describeFinding, judgePair } from "./judge-pair.ts";
import { pairSide } from "./pair-side.ts";

const dask = "dask==2026.8.0\ndistributed==2026.8.0";

describe("judging a pair by its locks", () => {
  it.each([
    ["the same locks", `${dask}\nnumpy==2.4.6`, `${dask}\nnumpy==2.4.6`, []],
    ["versions spelt differently", `${dask}\nzict==3.0`, `${dask}\nZict==3.0.0`, []],
    [
      "another dask",
      dask,
      "dask==2026.7.1\ndistributed==2026.8.0",
      ["refused: dask 2026.8.0 in the notebook, 2026.7.1 on the worker"],
    ],
    [
      "a patch of another package",
      `${dask}\nzict==3.0.0`,
      `${dask}\nzict==3.0.1`,
      ["passes: zict 3.0.0 in the notebook, 3.0.1 on the worker"],
    ],
    ["what only other systems get", `${dask}\npywin32==311 ; sys_platform == 'win32'`, dask, []],
    [
      "a package from a repository",
      `${dask}\nzict @ git+https://example.org/zict@${"a".repeat(40)}`,
      `${dask}\nzict==3.0.0`,
      ["warns: zict aaaaaaaaaa in the notebook, 3.0.0 on the worker"],
    ],
  ])("says of %s", (_, notebook, worker, expected) => {
    const findings = judgePair(side("lab", notebook), side("worker", worker));

    expect(findings.map((finding) => `${finding.severity}: ${describeFinding(finding)}`)).toEqual(expected);
  });

  it("puts what is refused first", () => {
    const findings = judgePair(side("lab", `aiohttp==1.0\n${dask}`), side("worker", "aiohttp==2.0\ndask==2026.8.0"));

    expect(findings.map(({ name, difference }) => [name, difference])).toEqual([
      ["distributed", "missing on the worker"],
      ["aiohttp", "major"],
    ]);
  });

  it.each([
    ["3.11", "3.12", "refused"],
    ["3.11.2", "3.11.7", "passes"],
    ["3.11", "3.11.7", undefined],
  ])("compares Python %s with %s", (notebook, worker, expected) => {
    const [finding] = judgePair(side("lab", dask, notebook), side("worker", dask, worker));

    expect(finding?.severity).toBe(expected);
  });
});

function side(name: string, lock: string, python = "3.11"): ReturnType<typeof pairSide> {
  return pairSide({ name, python, lock: `# Written by hubfleet.\n${lock}\n` });
}
