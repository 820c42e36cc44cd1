import { expect, it } from "vitest";

import { aLocalHub } from "../../test/support/a-local-hub.ts";
import { missingPackages } from "./required-packages.ts";

const everything =
  "jupyterhub==5.5.4\njupyterlab==4.6\njupyterhub-idle-culler==2\ndask==1\ndistributed==1\ndask-gateway==1\ndask-gateway-server==1\n";
const hub = aLocalHub();
const messages = (
  changes: Parameters<typeof aLocalHub>[0],
  locks: Readonly<Record<string, string>>,
): readonly string[] => missingPackages(aLocalHub(changes), (image) => locks[image]).map(({ message }) => message);

it("finds nothing missing in images that hold what the hub needs", () => {
  expect(messages({}, { hub: everything, lab: everything })).toEqual([]);
});

it("names what servers and Dask clusters could not start without", () => {
  expect(messages({}, { hub: everything, lab: "numpy==2.4.6\n" })).toEqual([
    'image "lab" lacks jupyterhub, jupyterlab, which hub "alpha" needs to start a server in it',
    'image "lab" lacks dask, distributed, dask-gateway, which hub "alpha" needs for Dask\'s schedulers and workers',
  ]);
});

it("asks for nothing that is switched off", () => {
  const off = { dask: { ...hub.dask, enabled: false }, culling: { ...hub.culling, enabled: false } };

  expect(messages(off, { hub: "jupyterhub==5.5.4\n", lab: "jupyterhub==5.5.4\njupyterlab==4\n" })).toEqual([]);
});
