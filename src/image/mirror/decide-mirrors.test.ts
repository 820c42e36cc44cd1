import { expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { decideMirrors } from "./decide-mirrors.ts";

const registries = {
  main: { address: "quay.example.org/team" },
  near: { address: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team" },
  same: { address: "quay.example.org/team" },
};
const login = { kind: "github", clientId: "abc" };
const fleet = aFleet()
  .withPlatform({ access: { admins: ["ada"], users: ["grace"], login } })
  .withFleet({ registries })
  .withCluster("far", { provider: "kubeconfig", registry: "near" })
  .withCluster("home", { provider: "kubeconfig", registry: "same" })
  .withCluster("free", { provider: "kubeconfig" })
  .withImage("big")
  .withImage("taken", { role: "worker", from: `r.example.org/x@sha256:${"0".repeat(64)}` })
  .without("images/taken/requirements.txt");

it("copies what the hubs of a cluster use to the registry that it pulls from, once", () => {
  const two = fleet
    .withHub("beta", {
      cluster: "far",
      domain: "b.example.org",
      profiles: [{ id: "big", name: "Big", notebookImage: "big", workerImage: "big" }],
    })
    .withHub("gamma", { cluster: "far", domain: "c.example.org" });

  const mirrors = decideMirrors(two.build());

  const near = { registry: "near", address: registries.near.address };
  expect(mirrors).toEqual([
    { ...near, image: "hub", repository: "hub", hubs: ["beta", "gamma"] },
    { ...near, image: "lab", repository: "lab", hubs: ["beta", "gamma"] },
    { ...near, image: "big", repository: "big", hubs: ["beta"] },
  ]);
});

it.each([
  ["free", []],
  ["home", ["taken"]],
])("copies only what is not there anyway: a cluster that is %s", (cluster, images) => {
  const hub = fleet.withHub("beta", { cluster, domain: "b.example.org", images: { worker: "taken" } });

  expect(decideMirrors(hub.build()).map(({ image }) => image)).toEqual(images);
});
