import { expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";

const variants = { next: { requirements: "requirements.txt" } };

it("lets a variant's container have a name that only an image from a registry has", () => {
  const from = `registry.example.org/x@sha256:${"0".repeat(64)}`;
  const fleet = aFleet().withImage("lab", { variants }).withImage("lab-next", { from });

  const { problems } = fleet.without("images/lab-next/requirements.txt").read();

  expect(problems.map(({ message }) => message)).toEqual([]);
});

it("says which of the names clash", () => {
  const { problems } = aFleet().withImage("lab", { variants }).withImage("lab-next").read();

  expect(problems.map(({ message }) => message)).toEqual([
    'the variant "lab/next" would be called "lab-next" in a registry, as the image "lab-next" is',
  ]);
});
