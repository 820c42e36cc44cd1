/** Where a hub of this machine keeps its things. `data` outlives `destroy`, `run` does not. */
export interface HubPaths {
  readonly data: string;
  readonly homes: string;
  readonly shared: string;
  readonly secrets: string;
  /** Written by the hub: by which organisations and teams people came in. */
  readonly grants: string;
  /** Written by the hub: a line for each server that people started, or could not start. */
  readonly serverUse: string;
  /** Written by the Dask gateway: a line for each Dask cluster that ran. */
  readonly daskUse: string;
  /** Written by the page on which people sign: a file for each word, until hubfleet takes it. */
  readonly outbox: string;
  readonly run: string;
  readonly settings: string;
  readonly current: string;
  /** What was last put in place, for saying why something changes. */
  readonly applied: string;
  readonly look: string;
  /** What the hub's pages announce for a while, beside the announcement of its settings. */
  readonly notice: string;
  /** What that page shows. */
  readonly signOffSheet: string;
}

/** Where everything of hubfleet on this machine lies; the same for every fleet. */
export interface MachinePaths {
  readonly root: string;
  readonly runtime: string;
  readonly uids: string;
  /** What was fetched of conda channels; it may be deleted at any time. */
  readonly condaCache: string;
  /** Archives of Helm charts. */
  readonly charts: string;
  /** What containers' layers hold, by digest; it may be deleted at any time. */
  readonly layers: string;
  /** When this state directory was last tidied up. */
  readonly collected: string;
  /** What builders of containers keep between builds; it may be deleted when none of them works. */
  readonly builders: string;
  /** What checks of images came to. */
  readonly verdicts: string;
}

/** What one fleet keeps on this machine beside its hubs. */
export interface FleetPaths {
  readonly directory: string;
  readonly hubs: string;
  readonly draft: string;
  readonly locks: string;
  readonly lease: string;
  readonly journal: string;
  /** Looks at hubs that wait to be recorded. */
  readonly looks: string;
  /** Only of a fleet's rehearsals: which hubs, on which ports. */
  readonly rehearsals: string;
  /** What bundles have of logos and templates, by content. */
  readonly bundleFiles: string;
}

export function machinePaths(root: string): MachinePaths {
  return {
    root,
    runtime: `${root}/runtime`,
    uids: `${root}/uids.json`,
    condaCache: `${root}/cache/conda`,
    charts: `${root}/cache/charts`,
    layers: `${root}/cache/layers`,
    collected: `${root}/collected.json`,
    builders: `${root}/builders`,
    verdicts: `${root}/verdicts`,
  };
}

export function fleetPaths(root: string, uuid: string): FleetPaths {
  const directory = `${root}/fleets/${uuid}`;
  return {
    directory,
    hubs: `${directory}/hubs`,
    draft: `${directory}/draft.json`,
    locks: `${directory}/locks`,
    lease: `${directory}/lease.json`,
    journal: `${directory}/journal.jsonl`,
    looks: `${directory}/looks.json`,
    rehearsals: `${directory}/rehearsals.json`,
    bundleFiles: `${directory}/bundle-files`,
  };
}

export function hubPaths(root: string, uuid: string, hub: string): HubPaths {
  const directory = `${fleetPaths(root, uuid).hubs}/${hub}`;
  const data = `${directory}/data`;
  const run = `${directory}/run`;
  return {
    data,
    homes: `${data}/homes`,
    shared: `${data}/shared`,
    secrets: `${data}/secrets.json`,
    grants: `${data}/grants.json`,
    serverUse: `${data}/use-servers.jsonl`,
    daskUse: `${data}/use-dask.jsonl`,
    outbox: `${data}/signoff-outbox`,
    run,
    settings: `${run}/settings`,
    current: `${run}/current.json`,
    applied: `${run}/applied.json`,
    look: `${run}/look`,
    notice: `${run}/notice.json`,
    signOffSheet: `${run}/signoff/sheet.json`,
  };
}
