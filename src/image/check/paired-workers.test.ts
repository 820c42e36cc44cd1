import { expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { pairedWorkers } from "./paired-workers.ts";

it("finds the workers of hubs and profiles, and those of hubs without Dask not", () => {
  const fleet = aFleet()
    .withImage("gpu", { role: "worker", python: "3.11" })
    .withFile("images/gpu/requirements.txt", "dask\n")
    .withImage("other", { role: "notebook", python: "3.11" })
    .withFile("images/other/requirements.txt", "dask\n")
    .withHub("alpha", {
      port: 18_000,
      profiles: [
        { id: "lab", name: "Lab", default: true },
        { id: "gpu", name: "GPU", workerImage: "gpu" },
      ],
    })
    .withHub("beta", { port: 18_100, images: { notebook: "other" }, dask: { enabled: false } })
    .build();

  expect(pairedWorkers(fleet, "lab")).toEqual(["gpu", "lab"]);
  expect(pairedWorkers(fleet, "other")).toEqual([]);
});
