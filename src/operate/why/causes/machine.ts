import { type FindCause, type Finding, finding } from "../finding.ts";

const leastBytes = 20_000_000;
const leastInodes = 200;

export const beingChanged: FindCause = ({ hub, lease }) =>
  lease === undefined
    ? []
    : [
        finding({
          cause: "being-changed",
          wrong: "a command is changing this fleet right now, so parts of it may be missing for a moment",
          because: `"hubfleet ${lease.command}" (process ${lease.pid}) holds the lease`,
          since: lease.since,
          next: ["# wait until that command is done", `hubfleet why hub/${hub}`],
        }),
      ];

export const neverBroughtUp: FindCause = ({ hub, isDrafted, isWritten, observed }) => {
  if (isDrafted || observed.applied !== undefined) return [];
  const next = isWritten ? [`hubfleet up hub/${hub}`] : ["hubfleet status"];
  const because = "it was never brought up on this machine, or was destroyed";
  return [finding({ cause: "never-brought-up", wrong: "the hub is not here", because, next })];
};

export const diskFull: FindCause = ({ hub, spaces }) =>
  spaces.flatMap(({ path, space }): Finding[] => {
    const noBytes = space.freeBytes < leastBytes;
    const noInodes = space.totalInodes > 0 && space.freeInodes < leastInodes;
    if (!noBytes && !noInodes) return [];
    const left = noBytes ? `${Math.floor(space.freeBytes / 1e6)} MB are free` : `${space.freeInodes} inodes are free`;
    return [
      finding({
        cause: "disk-full",
        wrong: "nothing can be saved: notebooks, settings, the hub's database",
        because: `the file system of ${path} is full: ${left}`,
        next: [
          noBytes
            ? `du -xh --max-depth=2 ${path} | sort -h | tail`
            : `du -x --inodes --max-depth=2 ${path} | sort -n | tail`,
          "# make room",
          `hubfleet apply hub/${hub}`,
        ],
      }),
    ];
  });

/** A port of the hub that another program listens on. The proxy goes on running without its public port. */
export const portTaken: FindCause = ({ hub, ports, observed }) =>
  ports.flatMap(({ port, use, owner }): Finding[] => {
    if (owner === undefined || isOwn(owner.process?.marker, hub)) return [];
    const isOld = owner.process?.marker?.includes("/") === true;
    const who =
      owner.process === undefined
        ? "a program of another account"
        : `process ${owner.process.pid} (${owner.process.command})${isOld ? `, which belongs to ${owner.process.marker}` : ""}`;
    return [
      finding({
        cause: "port-taken",
        wrong: use === "public" ? "nobody reaches the hub" : "a part of the hub cannot work",
        because: `port ${port}, which the hub needs for its ${useWords[use]}, is taken by ${who}`,
        next: [
          owner.process === undefined ? `ss -ltnp "sport = :${port}"` : `kill ${owner.process.pid}`,
          ...(use === "public" && observed.components.proxy.process !== undefined
            ? [`hubfleet restart hub/${hub} --proxy`]
            : [`hubfleet apply hub/${hub}`]),
        ],
      }),
    ];
  });

const useWords = {
  public: "users",
  proxyApi: "proxy's own interface",
  hub: "hub process",
  gatewayProxy: "Dask clusters",
  gatewayApi: "Dask Gateway",
} as const;

function isOwn(marker: string | undefined, hub: string): boolean {
  return marker?.split("/")[1] === hub;
}
