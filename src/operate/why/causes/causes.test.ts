import { beforeAll, describe, expect, it } from "vitest";

import { ended, healthyEvidence, hourAgo, hubSaid, now, silent } from "../../../../test/support/an-evidence.ts";
import { diagnose } from "../diagnose.ts";
import type { Evidence } from "../evidence.ts";
import { type CauseName, causeNames } from "../finding.ts";

const https = { certificate: "/c.pem", key: "/k.pem", problem: "", validFrom: hourAgo, validTo: undefined };
const aProcess = { startTime: "1", specDigest: "", startedAt: hourAgo };
const place = "hubs/alpha.yaml:7";

/** What is told from evidence alone; the real faults are in test/e2e/why.e2e.test.ts. */
describe("causes", () => {
  let healthy: Evidence;

  beforeAll(async () => {
    healthy = await healthyEvidence();
  });

  interface Case {
    readonly cause: CauseName;
    readonly when: string;
    readonly evidence: () => Evidence;
    readonly says: string;
    readonly next: string;
  }

  const cases: readonly Case[] = [
    {
      cause: "never-brought-up",
      when: "nothing of it is here",
      evidence: () => ({
        ...ended(healthy, ["proxy", "gateway", "hub", "culler"]),
        isDrafted: false,
        observed: { ...ended(healthy, ["proxy", "gateway", "hub", "culler"]).observed, applied: undefined },
      }),
      says: "never brought up",
      next: "hubfleet up hub/alpha",
    },
    {
      cause: "being-changed",
      when: "a command holds the lease and a part is missing",
      evidence: () => ({ ...ended(healthy, ["culler"]), lease: { pid: 7, command: "up", since: hourAgo } }),
      says: '"hubfleet up" (process 7) holds the lease',
      next: "hubfleet why hub/alpha",
    },
    {
      cause: "disk-full",
      when: "bytes are gone",
      evidence: () => ({
        ...healthy,
        spaces: [{ path: "/state", space: { freeBytes: 1e6, totalBytes: 1e9, freeInodes: 1e6, totalInodes: 1e6 } }],
      }),
      says: "/state is full: 1 MB are free",
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "disk-full",
      when: "inodes are gone",
      evidence: () => ({
        ...healthy,
        spaces: [{ path: "/state", space: { freeBytes: 1e9, totalBytes: 1e9, freeInodes: 3, totalInodes: 1e6 } }],
      }),
      says: "3 inodes are free",
      next: "du -x --inodes --max-depth=2 /state | sort -n | tail",
    },
    {
      cause: "secrets-unusable",
      when: "the file is gone",
      evidence: () => ({ ...healthy, secretsProblem: "/data/secrets.json is gone" }),
      says: "is gone",
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "environment-missing",
      when: "the directory is gone",
      evidence: () => ({ ...healthy, images: healthy.images.map((image) => ({ ...image, exists: false })) }),
      says: 'image "hub" is gone',
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "environment-broken",
      when: "an import fails",
      evidence: () => ({
        ...healthy,
        images: healthy.images.map((image) => ({ ...image, importError: "ImportError: no" })),
      }),
      says: "ImportError: no",
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "code-missing",
      when: "the copy of hubfleet's code is gone",
      evidence: () => ({ ...ended(healthy, ["hub"]), hasCode: false }),
      says: "Python code for hubs is not in the state directory",
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "certificate-unusable",
      when: "the key does not fit",
      evidence: () => ({ ...healthy, certificate: { ...https, problem: "the key does not belong to it" } }),
      says: "the key does not belong to it",
      next: "hubfleet restart hub/alpha --proxy",
    },
    {
      cause: "certificate-expired",
      when: "its time is over",
      evidence: () => ({ ...healthy, certificate: { ...https, validTo: hourAgo } }),
      says: "was valid until 2026-11-21T11:00:00.000Z",
      next: "hubfleet restart hub/alpha --proxy",
    },
    {
      cause: "certificate-not-yet-valid",
      when: "the clock is behind",
      evidence: () => ({ ...healthy, now: new Date(0), certificate: https }),
      says: "is valid from 2026-11-21T11:00:00.000Z only",
      next: "date",
    },
    {
      cause: "port-taken",
      when: "a stranger listens where the hub should",
      evidence: () => ({
        ...ended(healthy, ["proxy"]),
        ports: [
          { use: "public", port: 18_000, owner: { port: 18_000, process: { pid: 9, startTime: "1", command: "nc" } } },
        ],
      }),
      says: "port 18000, which the hub needs for its users, is taken by process 9 (nc)",
      next: "kill 9",
    },
    {
      cause: "port-taken",
      when: "the proxy runs without its public port",
      evidence: () => ({ ...healthy, ports: [{ use: "public", port: 18_000, owner: { port: 18_000 } }] }),
      says: "is taken by a program of another account",
      next: "hubfleet restart hub/alpha --proxy",
    },
    {
      cause: "database-locked",
      when: "somebody holds it",
      evidence: () => ({
        ...silent(healthy),
        database: { ...healthy.database, lockHolders: [{ pid: 9, command: "sqlite3" }] },
      }),
      says: "process 9 (sqlite3) holds it",
      next: "kill 9",
    },
    {
      cause: "database-newer",
      when: "its schema is unknown, and an older copy is there",
      evidence: () => ({
        ...ended(healthy, ["hub"], ["Can't locate revision identified by 'f460'"]),
        database: {
          ...healthy.database,
          path: "/db",
          backups: [
            { path: "/db.2", version: "f460" },
            { path: "/db.1", version: "4621" },
          ],
        },
      }),
      says: "schema f460",
      next: "cp /db.1 /db",
    },
    {
      cause: "database-damaged",
      when: "SQLite says so",
      evidence: () => ended(healthy, ["hub"], ["sqlite3.DatabaseError: file is not a database"]),
      says: "is damaged",
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "login-misconfigured",
      when: "a trait of an authenticator is refused",
      evidence: () =>
        ended(healthy, ["hub"], ["TraitError: The 'x' trait of a SharedPassword instance expected a dict"]),
      says: "The 'x' trait of a SharedPassword",
      next: `# correct access.login, or hubConfig (${place})`,
    },
    {
      cause: "setting-refused",
      when: "a trait of something else is refused",
      evidence: () => ended(healthy, ["hub"], ["TraitError: The 'x' trait of a FleetHub instance expected an int"]),
      says: "The 'x' trait of a FleetHub",
      next: `# correct hubConfig (${place})`,
    },
    {
      cause: "process-halted",
      when: "it was sent SIGSTOP",
      evidence: () => ({
        ...healthy,
        observed: {
          ...healthy.observed,
          components: { ...healthy.observed.components, proxy: { process: { ...aProcess, pid: 77 }, strays: [] } },
        },
        components: { ...healthy.components, proxy: { ...healthy.components.proxy, isHalted: true } },
      }),
      says: "the proxy, is halted",
      next: "kill -CONT 77",
    },
    {
      cause: "machine-restarted",
      when: "all ended before the machine was started",
      evidence: () => ({ ...ended(healthy, ["proxy", "gateway", "hub", "culler"]), bootTime: now }),
      says: "this machine was restarted at 2026-11-21T12:00:00.000Z",
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "process-ended",
      when: "its log holds no complaint",
      evidence: () => ended(healthy, ["hub"], ["[I 2026-11-21 10:59:00.000 FleetHub app:1] running"]),
      says: "the hub process ended without saying why",
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "still-starting",
      when: "it was started seconds ago",
      evidence: () => silent(healthy, new Date(+now - 5e3)),
      says: "started 5 s ago",
      next: "hubfleet why hub/alpha",
    },
    {
      cause: "routes-lost",
      when: "the proxy lacks a server",
      evidence: () => ({ ...healthy, observed: { ...healthy.observed, lostRoutes: ["/alpha/user/grace"] } }),
      says: "does not know the way",
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "settings-not-in-effect",
      when: "the file is newer than what the hub read",
      evidence: () => ({ ...healthy, observed: { ...healthy.observed, currentOnDisk: "other" } }),
      says: "has not read its live settings",
      next: "hubfleet apply hub/alpha",
    },
    {
      cause: "home-not-writable",
      when: "another account owns it",
      evidence: () => ({
        ...healthy,
        homes: [
          { user: "grace", path: "/h", wantedUid: 5, facts: { kind: "directory", uid: 0, mode: 0o700, modified: now } },
        ],
      }),
      says: "belongs to user id 0, and the server runs as 5",
      next: "chown -Rh 5:5 /h",
    },
    {
      cause: "home-not-writable",
      when: "its mode keeps its owner out",
      evidence: () => ({
        ...healthy,
        homes: [
          { user: "grace", path: "/h", wantedUid: 5, facts: { kind: "directory", uid: 5, mode: 0o500, modified: now } },
        ],
      }),
      says: "has mode 0500",
      next: "chmod 0700 /h",
    },
    {
      cause: "quota-exceeded",
      when: "a server's log says so",
      evidence: () => ({
        ...healthy,
        serverLogs: [{ server: "grace", lines: ["OSError: [Errno 122] Disk quota exceeded: 'x'"] }],
      }),
      says: "the disk quota of grace is used up",
      next: "# let the user delete files, or raise the quota of that account",
    },
    {
      cause: "server-does-not-start",
      when: "the hub's log says why",
      evidence: () =>
        hubSaid(
          healthy,
          "[E 2026-11-21 12:32:26.678 FleetHub user:1008] Error starting grace's server: HTTP 500: Internal Server Error (the server ended with status 1: no)",
        ),
      says: "the server ended with status 1: no",
      next: "hubfleet logs hub/alpha --component server/grace",
    },
  ];

  it.each(cases)("names $cause when $when", ({ cause, evidence, says, next }) => {
    const { verdict, findings } = diagnose(evidence());

    const found = findings.find((one) => one.cause === cause);
    expect(verdict).toBe("cause found");
    expect(found?.because).toContain(says);
    expect(found?.next).toContain(next);
  });

  it("has a case for every cause", () => {
    expect([...new Set(cases.map(({ cause }) => cause))]).toEqual([...causeNames]);
  });
});
