import { expect, it } from "vitest";

import { aTwoClusterFleet } from "../../../test/support/a-cluster-fleet.ts";
import { aFleet } from "../../../test/support/a-fleet.ts";
import { lackingContainers } from "./lacking-containers.ts";

const images = new Map([
  ["hub", { without: "no registry" }],
  ["lab", { without: undefined }],
  ["classroom", { without: "no base" }],
]);

it("names images that hubs on Kubernetes run, and not those of hubs on this machine alone", () => {
  const fleet = aTwoClusterFleet().build();

  expect(lackingContainers(images, fleet)).toEqual([{ image: "hub", why: "no registry" }]);
});

it("names all where no hub is on Kubernetes yet", () => {
  const found = lackingContainers(images, aFleet().build());

  expect(found.map(({ image }) => image)).toEqual(["hub", "classroom"]);
});
