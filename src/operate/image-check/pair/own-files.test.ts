import { describe, expect, it } from "vitest";

import { createStateFilesMemory } from "../../../adapters/state-files/state-files-memory.ts";
import { findImageTests } from "../../../image/check/image-tests.ts";
import { findOwnFiles } from "./own-files.ts";

describe("the operator's own files for a pair", () => {
  it("are found with both images, and an image that is both is looked at once", async () => {
    const files = createStateFilesMemory({
      "/fleet/images/lab/tests/pair_maps.py": "",
      "/fleet/images/lab/tests/test_maps.py": "",
      "/fleet/images/worker/tests/pair_maps.py": "",
    });
    const [lab, worker] = [{ directory: "/fleet/images/lab" }, { directory: "/fleet/images/worker" }];

    const [both, one] = [await findOwnFiles([lab, worker], { files }), await findOwnFiles([lab, lab], { files })];

    expect(Object.keys(both.files)).toEqual(["lab/tests/pair_maps.py", "worker/tests/pair_maps.py"]);
    expect(Object.keys(one.files)).toEqual(["lab/tests/pair_maps.py"]);
    expect([...one.directories]).toEqual([["/fleet/images/lab/tests", "lab/tests"]]);
  });

  it("are no tests of the image alone", () => {
    const { tests } = findImageTests([], ["tests/pair_maps.py", "tests/pair_test.py", "tests/test_maps.py"]);

    expect(tests).toEqual([{ path: "tests/test_maps.py", kind: "pytest" }]);
  });
});
