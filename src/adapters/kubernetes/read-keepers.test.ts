import { expect, it } from "vitest";

import { readKeepers } from "./read-keepers.ts";

it("reads fields, items of lists and of sets, and what belongs to an object's state", () => {
  const fieldsV1 = {
    "f:spec": {
      "f:containers": { 'k:{"name":"hub"}': { ".": {}, "f:image": {} } },
      "f:policyTypes": { 'v:"Ingress"': {} },
    },
  };
  const metadata = {
    managedFields: [
      { manager: "kubectl-edit", time: "2026-11-21T09:00:00Z", fieldsV1 },
      { manager: "kubelet", subresource: "status", fieldsV1: { "f:status": {} } },
    ],
  };

  expect(readKeepers({ metadata })).toEqual([
    {
      ...{ manager: "kubectl-edit", at: new Date("2026-11-21T09:00:00Z"), isStatus: false },
      paths: [
        ["spec", "containers", "[name=hub]"],
        ["spec", "containers", "[name=hub]", "image"],
        ["spec", "policyTypes", '["Ingress"]'],
      ],
    },
    { manager: "kubelet", at: undefined, isStatus: true, paths: [["status"]] },
  ]);
});
