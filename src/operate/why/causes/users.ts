import type { HomeEvidence } from "../evidence.ts";
import { type FindCause, type Finding, finding } from "../finding.ts";
import { timeOf } from "../log-lines.ts";

const ownerMayAll = 0o700;

/** Homes that their owner's server cannot write to. */
export const homeNotWritable: FindCause = ({ hub, homes }) =>
  homes.flatMap((home): Finding[] => {
    const problem = problemOf(home);
    if (problem === undefined) return [];
    return [
      finding({
        cause: "home-not-writable",
        wrong: `${home.user} cannot save anything`,
        because: problem.because,
        next: [problem.mend, `# then ${home.user} starts a server again; hubfleet why hub/${hub}`],
      }),
    ];
  });

function problemOf({ user, path, facts, wantedUid }: HomeEvidence): { because: string; mend: string } | undefined {
  if (facts === undefined) return undefined;
  if (facts.kind !== "directory")
    return { because: `the home of ${user} is not a directory: ${path}`, mend: `mv ${path} ${path}.aside` };
  if (wantedUid !== undefined && facts.uid !== wantedUid) {
    const because = `the home of ${user} belongs to user id ${facts.uid}, and the server runs as ${wantedUid}: ${path}`;
    return { because, mend: `chown -Rh ${wantedUid}:${wantedUid} ${path}` };
  }
  if ((facts.mode & ownerMayAll) === ownerMayAll) return undefined;
  const because = `the home of ${user} has mode ${facts.mode.toString(8).padStart(4, "0")}, which keeps its owner from writing: ${path}`;
  return { because, mend: `chmod 0700 ${path}` };
}

export const quotaExceeded: FindCause = ({ serverLogs }) =>
  serverLogs.flatMap(({ server, lines }): Finding[] => {
    const line = lines.findLast((one) => /Disk quota exceeded|Errno 122/.test(one));
    if (line === undefined) return [];
    return [
      finding({
        cause: "quota-exceeded",
        wrong: `${server} cannot save anything`,
        because: `the disk quota of ${server} is used up`,
        next: ["# let the user delete files, or raise the quota of that account"],
        lines: [line.trim()],
      }),
    ];
  });

const failedStart = /\] (?:Error starting|Unhandled error starting) ([^ ]+)'s server(?: [^:]*)?: (.*)$/;

/** Users whose last start failed and who have no running server since, each with the reason. */
export const serverDoesNotStart: FindCause = ({ hub, components, observed, serverLogs }) => {
  const failures = new Map<string, { at: Date | undefined; reason: string; line: string }>();
  for (const line of components.hub.lines) {
    const match = failedStart.exec(line);
    if (match?.[1] !== undefined) {
      failures.set(match[1], { at: timeOf(line), reason: readable(match[2] ?? ""), line: line.trim() });
    }
  }
  const running = new Set(
    (observed.state?.users ?? []).filter(({ servers }) => servers.length > 0).map(({ name }) => name),
  );
  return [...failures].flatMap(([user, { at, reason, line }]): Finding[] => {
    if (running.has(user)) return [];
    const words = serverLogs.find(({ server }) => server === user)?.lines ?? [];
    return [
      finding({
        cause: "server-does-not-start",
        wrong: `${user} cannot start a server`,
        because: errorLine(words) ?? reason,
        since: at,
        next: [
          `hubfleet logs hub/${hub} --component server/${user}`,
          `hubfleet exec hub/${hub} --server ${user} -- bash`,
        ],
        lines: [line, ...words.slice(-3)],
      }),
    ];
  });
};

/** "HTTP 500: Internal Server Error (the server ended with status 1: …)" → what is in the brackets. */
function readable(reason: string): string {
  return /^HTTP \d+: [^(]*\((.*)\)$/s.exec(reason)?.[1] ?? reason;
}

/** The last exception that the server itself reported: its last line may only be a hint below it. */
function errorLine(lines: readonly string[]): string | undefined {
  return lines.findLast((line) => /^[\w.]*(Error|Exception)\b/.test(line))?.trim();
}
