import { expect, it } from "vitest";
import { parse } from "yaml";

import { aFleet } from "../../test/support/a-fleet.ts";
import { readDocument } from "../../test/support/documents.ts";

it("takes the stages of docs/guides/stages.md as they are written there", () => {
  const [example] = readDocument("docs/guides/stages.md").blocks;
  const { fleet, problems, warnings } = aFleet()
    .withFleet(parse(example?.text ?? "") as object as Readonly<Record<string, unknown>>) // the page's example is a map
    .read();

  expect([...problems, ...warnings]).toEqual([]);
  expect(fleet?.stages.map(({ name, policy }) => [name, policy.soak.minimumSeconds / 86_400])).toEqual([
    ["testing", 1],
    ["canary", 7],
    ["production", 0],
  ]);
});
