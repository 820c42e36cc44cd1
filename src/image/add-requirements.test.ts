import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addRequirements, isSpecifier } from "./add-requirements.ts";
import { parseRequirements } from "./requirements.ts";

describe("addRequirements", () => {
  it.each([
    ["where the alphabet puts it", "dask  # parallel\nxarray\n", ["scipy"], "dask  # parallel\nscipy\nxarray\n"],
    ["first, when it comes first", "# base\ndask\nxarray\n", ["bokeh"], "# base\nbokeh\ndask\nxarray\n"],
    [
      "behind the last one of an order of one's own",
      "xarray\ndask\n\n# end\n",
      ["scipy"],
      "xarray\ndask\nscipy\n\n# end\n",
    ],
    ["to an empty file", "", ["scipy"], "scipy\n"],
    ["to a file of comments", "# nothing yet\n", ["scipy"], "# nothing yet\nscipy\n"],
    ["behind a last line without an end", "dask", ["scipy"], "dask\nscipy\n"],
    ["with Windows' line ends", "dask\r\nxarray\r\n", ["scipy"], "dask\r\nscipy\r\nxarray\r\n"],
    ["behind a requirement that goes on", "dask \\\n  >=2024\n", ["scipy"], "dask \\\n  >=2024\nscipy\n"],
    ["several", "dask\n", ["scipy", "bokeh>=3"], "bokeh>=3\ndask\nscipy\n"],
  ])("adds a package %s", (_where, text, specifiers, expected) => {
    expect(addRequirements(text, specifiers)).toEqual({ text: expected, changed: specifiers, present: [] });
  });

  it.each([
    ["a range", "Dask>=2023   # parallel\nxarray\n", "dask>=2024,<2027", "Dask>=2024,<2027   # parallel\nxarray\n"],
    ["extras", "dask>=2023  # parallel\n", "dask[array]", "dask[array]>=2023  # parallel\n"],
    ["an address", "dask>=2023\n", "dask @ https://example.org/dask.whl", "dask @ https://example.org/dask.whl\n"],
  ])("changes %s in the line of its package, and nothing else", (_what, text, specifier, expected) => {
    expect(addRequirements(text, [specifier])).toEqual({ text: expected, changed: [specifier], present: [] });
  });

  it("leaves what is declared, however it is spelt", () => {
    const text = "Dask_Gateway >= 2023 # with workers\n";

    expect(addRequirements(text, ["dask-gateway"])).toEqual({ text, changed: [], present: ["dask-gateway"] });
  });

  it("keeps every line that was there, whatever the file holds", () => {
    const line = fc.constantFrom("# note", "", "dask  # parallel", "xarray>=2024", "-r base.txt", "numpy \\", "  <3");
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join("\n");
        const added = addRequirements(text, ["scipy"]).text;

        expect(parseRequirements(added).filter(({ text: one }) => one === "scipy")).toHaveLength(1);
        expect(added.replace(/^scipy\n/m, "").trimEnd()).toBe(text.trimEnd());
      }),
    );
  });
});

describe("isSpecifier", () => {
  it.each(["scipy", "xarray[io, viz]>=2024,<2027", "a==1.0.* ; python_version < '3.12'", "a @ git+https://x/y@0"])(
    "takes %s",
    (text) => {
      expect(isSpecifier(text)).toBe(true);
    },
  );

  it.each(["", "two words", "-r file", "../here", "scipy==", "scipy>", "=1", "sci py>=1"])("refuses %j", (text) => {
    expect(isSpecifier(text)).toBe(false);
  });
});
