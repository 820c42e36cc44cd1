import { stringify } from "yaml";

import { type MemoryFiles, snapshotOf } from "../../src/adapters/repository/repository-memory.ts";
import { renderProblems } from "../../src/errors/render-problems.ts";
import type { Fleet } from "../../src/fleet/fleet.ts";
import { type FleetReading, readFleet } from "../../src/fleet/read-fleet.ts";
import type { RepositorySnapshot } from "../../src/fleet/repository-snapshot.ts";

type Keys = Readonly<Record<string, unknown>>;

/** A small good fleet whose parts a test replaces, so that it shows only its difference. Each method makes a new one. */
export interface FleetBuilder {
  withFleet(keys: Keys): FleetBuilder;
  withPlatform(keys: Keys): FleetBuilder;
  withGroup(name: string, keys?: Keys): FleetBuilder;
  withCluster(name: string, keys: Keys): FleetBuilder;
  withHub(name: string, keys?: Keys): FleetBuilder;
  /** Hubs `hub-000` … beside those that are there, each with ports of its own. */
  withHubs(count: number, keys?: Keys): FleetBuilder;
  withImage(name: string, keys?: Keys): FleetBuilder;
  /** A file exactly as given, or an entry such as a link. */
  withFile(path: string, content: MemoryFiles[string]): FleetBuilder;
  without(path: string): FleetBuilder;
  files(): MemoryFiles;
  snapshot(): RepositorySnapshot;
  read(): FleetReading;
  /** The fleet; throws its problems when it has any. */
  build(): Fleet;
}

/** What a hub and its servers need, in every image alike. */
const goodRequirements = `${[
  "jupyterhub==5.5.4",
  "jupyterlab",
  "jupyterhub-idle-culler",
  "dask",
  "distributed",
  "dask-gateway",
  "dask-gateway-server",
].join("\n")}\n`;

/** One local cluster "here", one stage "production", images "hub" and "lab", one hub "alpha" at port 18000. */
export function aFleet(): FleetBuilder {
  return builder({})
    .withFleet({})
    .withPlatform({})
    .withCluster("here", { provider: "local" })
    .withImage("hub", { role: "hub" })
    .withImage("lab", { role: "notebook" })
    .withHub("alpha", { port: 18_000 });
}

const goodFleet = {
  version: 1,
  name: "test-fleet",
  uuid: "11111111-2222-4333-8444-555555555555",
  stages: [{ name: "production", description: "What people rely on" }],
};
const goodPlatform = {
  version: 1,
  images: { hub: "hub", notebook: "lab" },
  access: { admins: ["ada"], users: ["grace"] },
};
const goodHub = { version: 1, cluster: "here", stage: "production" };

function builder(files: MemoryFiles): FleetBuilder {
  const withFile = (path: string, content: MemoryFiles[string]): FleetBuilder => builder({ ...files, [path]: content });
  const withKeys = (path: string, keys: Keys): FleetBuilder => withFile(path, stringify(keys));
  return {
    withFile,
    withFleet: (keys) => withKeys("fleet.yaml", { ...goodFleet, ...keys }),
    withPlatform: (keys) => withKeys("platform.yaml", { ...goodPlatform, ...keys }),
    withGroup: (name, keys = {}) => withKeys(`groups/${name}.yaml`, { version: 1, ...keys }),
    withCluster: (name, keys) => withKeys(`clusters/${name}.yaml`, { version: 1, ...keys }),
    withHub: (name, keys = {}) => withKeys(`hubs/${name}.yaml`, { ...goodHub, ...keys }),
    withHubs: (count, keys = {}) => {
      const hubs = Array.from({ length: count }, (_, index) => {
        const name = `hub-${String(index).padStart(3, "0")}`;
        return [
          `hubs/${name}.yaml`,
          stringify({ ...goodHub, title: `Hub ${index}`, port: 20_000 + index * 10, ...keys }),
        ];
      });
      return builder({ ...files, ...(Object.fromEntries(hubs) as MemoryFiles) }); // paths and texts, as just made
    },
    withImage: (name, keys = {}) =>
      builder({
        ...files,
        [`images/${name}/image.yaml`]: stringify({ version: 1, role: "notebook", ...keys }),
        [`images/${name}/requirements.txt`]: goodRequirements,
      }),
    without: (path) => builder(Object.fromEntries(Object.entries(files).filter(([other]) => other !== path))),
    files: () => files,
    snapshot: () => snapshotOf(files),
    read: () => readFleet(snapshotOf(files)),
    build: () => {
      const { fleet, problems } = readFleet(snapshotOf(files));
      if (fleet === undefined) throw new Error(renderProblems(problems, { colors: false }));
      return fleet;
    },
  };
}
