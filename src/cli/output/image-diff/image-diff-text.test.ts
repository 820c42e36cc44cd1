import { expect, it } from "vitest";

import { diffImages } from "../../../image/diff/diff-images.ts";
import type { ImageSize } from "../../../image/diff/image-contents.ts";
import type { ImageDifference } from "../../../image/diff/image-difference.ts";
import { lockContents } from "../../../image/diff/lock-contents.ts";
import { createPaint } from "../paint.ts";
import { imageDifferenceDocument } from "./image-diff-document.ts";
import { renderImageDifferenceMarkdown } from "./image-diff-markdown.ts";
import { renderImageDifference } from "./image-diff-text.ts";

const paint = createPaint(false);

function lock(python: string, pins: Readonly<Record<string, string>>): string {
  const lines = Object.entries(pins).map(
    ([pin, via]) => `${pin} --hash=sha256:${pin.length}${pin.at(-1)}\n    # via ${via}\n`,
  );
  return `# inputs sha256:aa python ${python}\n${lines.join("")}`;
}

const before = lock("3.11", {
  "aiohttp==3.9": "lab",
  "dask==2026.1.0": "-r requirements.txt",
  "gone==1.0": "lab",
  "numpy==2.3.0": "dask",
  "scipy==1.17": "-r requirements.txt",
});
const after = lock("3.12", {
  "aiohttp==3.10": "lab",
  "dask==2026.3.0": "-r requirements.txt",
  "numpy==2.2.0": "dask",
  "new==1.0": "aiohttp",
  "scipy==1.18": "-r requirements.txt",
  "yarl==1.0": "aiohttp",
});

it("tells the important first and the rest as a count", () => {
  expect(renderImageDifference(difference(), paint, false)).toMatchInlineSnapshot(`
    "image/lab@HEAD → image/lab
    5 → 6 packages; on disk 812.0 MB → 840.5 MB (+28.5 MB)
    to download for what changed: 5.0 MB → 7.5 MB (+2.5 MB), 1 not known

    Python 3.11 → 3.12

    Notebook and workers should agree on
      ~  numpy    2.3.0     →  2.2.0     downgrade (minor)
      ~  dask     2026.1.0  →  2026.3.0  within the year

    Asked for by name
      ~  scipy    1.17      →  1.18      minor

    Pulled in, worth a look
      ~  aiohttp  3.9       →  3.10      minor; taken back by its makers (yanked): breaks everything

    Pulled in: 2 added, 1 removed (-o wide names them)
    "
  `);
});

it("tells all of it when it is wide", () => {
  expect(renderImageDifference(difference(), paint, true)).toMatchInlineSnapshot(`
    "image/lab@HEAD → image/lab
    5 → 6 packages; on disk 812.0 MB → 840.5 MB (+28.5 MB)
    to download for what changed: 5.0 MB → 7.5 MB (+2.5 MB), 1 not known

    Python 3.11 → 3.12

    Notebook and workers should agree on
      ~  numpy    2.3.0     →  2.2.0     downgrade (minor)
      ~  dask     2026.1.0  →  2026.3.0  within the year

    Asked for by name
      ~  scipy    1.17      →  1.18      minor

    Pulled in, worth a look
      ~  aiohttp  3.9       →  3.10      minor; taken back by its makers (yanked): breaks everything

    Pulled in
      −  gone     1.0                    removed
      +  new                   1.0       added; for aiohttp
      +  yarl                  1.0       added; for aiohttp
    "
  `);
});

it("says that nothing differs", () => {
  expect(renderImageDifference(compare(before, before), paint, false)).toMatchInlineSnapshot(`
    "image/lab@HEAD → image/lab
    5 packages; size not known (not built here)

    No difference.
    "
  `);
});

it("folds what nobody asked for in a pull request", () => {
  expect(renderImageDifferenceMarkdown(difference())).toMatchInlineSnapshot(`
    "### \`image/lab@HEAD\` → \`image/lab\`

    5 → 6 packages; on disk 812.0 MB → 840.5 MB (+28.5 MB)

    To download for what changed: 5.0 MB → 7.5 MB (+2.5 MB), 1 not known

    **Python 3.11 → 3.12**

    **Notebook and workers should agree on**

    | | package | before | after | |
    | --- | --- | --- | --- | --- |
    | ~ | numpy | 2.3.0 | 2.2.0 | ⚠ downgrade (minor) |
    | ~ | dask | 2026.1.0 | 2026.3.0 | within the year |

    **Asked for by name**

    | | package | before | after | |
    | --- | --- | --- | --- | --- |
    | ~ | scipy | 1.17 | 1.18 | minor |

    **Pulled in, worth a look**

    | | package | before | after | |
    | --- | --- | --- | --- | --- |
    | ~ | aiohttp | 3.9 | 3.10 | ⚠ minor; taken back by its makers (yanked): breaks everything |

    <details><summary>Pulled in: 2 added, 1 removed</summary>

    | | package | before | after | |
    | --- | --- | --- | --- | --- |
    | − | gone | 1.0 |  | removed |
    | + | new |  | 1.0 | added; for aiohttp |
    | + | yarl |  | 1.0 | added; for aiohttp |

    </details>
    "
  `);
});

it("never grows longer than a comment may be, and says what it left out", () => {
  const many = (version: number): string =>
    Array.from(
      { length: 3_000 },
      (_, index) => `package-with-a-long-name-${index}==${version}.0\n    # via other\n`,
    ).join("");
  const text = renderImageDifferenceMarkdown(compare(many(1), many(2)));

  expect(text.length).toBeLessThan(65_000);
  expect(text).toContain("<details><summary>Pulled in: 3000 changed</summary>");
  expect(text.trimEnd().endsWith("</details>")).toBe(true);
  expect(text).toMatch(/and \d+ more: `hubfleet image diff -o wide` names them/);
});

it("lets nothing that others wrote act in a pull request", () => {
  const found = difference();
  const [environment] = found.environments;
  const hostile = environment?.packages.map((change) => ({
    ...change,
    index: {
      yankedBefore: undefined,
      yankedAfter: "<img src=x> @everyone [x](javascript:1) | `y`\n# z",
      downloadBefore: undefined,
      downloadAfter: undefined,
    },
  }));
  const text = renderImageDifferenceMarkdown({
    ...found,
    environments: environment === undefined ? [] : [{ ...environment, packages: hostile ?? [] }],
  });

  expect(text).not.toMatch(/<img|[^\\]@everyone|[^\\]\[x\]|\n# z/);
});

it("is data without hashes for programs", () => {
  const document = JSON.parse(JSON.stringify(imageDifferenceDocument(difference()))) as object;

  expect(document).toMatchObject({
    version: 1,
    isEmpty: false,
    before: { name: "image/lab@HEAD", packages: 5 },
    environments: [
      {
        prefix: null,
        python: { from: "3.11", to: "3.12", isOther: true },
        packages: [{ name: "numpy", kind: "downgrade (minor)" }, {}, {}, {}, {}, {}, {}],
      },
    ],
  });
  expect(JSON.stringify(document)).not.toContain("sha256");
});

function difference(): ImageDifference {
  const found = compare(before, after, { kind: "environment", bytes: 812e6 }, { kind: "environment", bytes: 840.5e6 });
  const environments = found.environments.map((environment) => ({
    ...environment,
    packages: environment.packages.map((change) => ({
      ...change,
      index: {
        yankedBefore: null,
        yankedAfter: change.name === "aiohttp" ? "breaks\neverything" : null,
        downloadBefore: change.from === undefined ? undefined : 1_000_000,
        downloadAfter: change.to === undefined || change.name === "new" ? undefined : 1_500_000,
      },
    })),
  }));
  return { ...found, environments, index: { kind: "asked" } };
}

function compare(one: string, other: string, was?: ImageSize, is?: ImageSize): ImageDifference {
  const unknown = { kind: "unknown", because: "not built here" } as const;
  return diffImages(
    lockContents(one, { name: "image/lab@HEAD", size: was ?? unknown }),
    lockContents(other, { name: "image/lab", size: is ?? unknown }),
  );
}
