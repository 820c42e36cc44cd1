import type { ComponentName } from "../../../runtime/local/desired-hub.ts";
import { type FindCause, type Finding, finding } from "../finding.ts";
import { lastWords, saysItFailed } from "../log-lines.ts";

const feels: Readonly<Record<ComponentName, string>> = {
  proxy: "nobody reaches the hub or any server",
  gateway: "no Dask cluster can be started or reached",
  hub: "nobody can log in or start a server; running servers go on",
  culler: "servers that nobody uses are not ended",
};

const startSeconds = 120;

export const processHalted: FindCause = ({ observed, components, expected }) =>
  expected.flatMap((name): Finding[] => {
    const { process } = observed.components[name];
    if (process === undefined || !components[name].isHalted) return [];
    const because = `process ${process.pid}, the ${name}, is halted (SIGSTOP or a debugger)`;
    return [finding({ cause: "process-halted", wrong: feels[name], because, next: [`kill -CONT ${process.pid}`] })];
  });

/** Every process ended, and the machine was started after them. */
export const machineRestarted: FindCause = ({ hub, observed, components, expected, bootTime }) => {
  const starts = expected.flatMap((name) => components[name].startedAt ?? []);
  const isAllGone = expected.every((name) => observed.components[name].process === undefined);
  if (!isAllGone || starts.length === 0 || starts.some((start) => start >= bootTime)) return [];
  return [
    finding({
      cause: "machine-restarted",
      wrong: "nobody reaches the hub: none of its processes runs",
      because: `this machine was restarted at ${bootTime.toISOString()}, and nothing has started the hub since`,
      since: bootTime,
      next: [`hubfleet apply hub/${hub}`],
    }),
  ];
};

/** Ended without a word of failure in its log: from outside, by a person or by the kernel for want of memory. */
export const processEnded: FindCause = (evidence) => {
  const { hub, observed, components, expected, isDrafted } = evidence;
  if (!isDrafted || machineRestarted(evidence).length > 0) return [];
  return expected.flatMap((name): Finding[] => {
    const { lines, lastWords: ended, startedAt } = components[name];
    if (observed.components[name].process !== undefined || saysItFailed(lines)) return [];
    const how =
      startedAt === undefined
        ? `the ${name} process was never started`
        : `the ${name} process ended without saying why: somebody or something ended it (a kill, want of memory)`;
    return [
      finding({
        cause: "process-ended",
        wrong: feels[name],
        because: how,
        since: startedAt === undefined ? undefined : ended,
        sinceIs: "no earlier than",
        next: [`hubfleet apply hub/${hub}`],
        lines: lastWords(lines, 3),
      }),
    ];
  });
};

export const stillStarting: FindCause = ({ hub, observed, components, now }) => {
  const { startedAt } = components.hub;
  if (observed.components.hub.process === undefined || observed.state !== undefined) return [];
  if (startedAt === undefined || now.getTime() - startedAt.getTime() > startSeconds * 1000) return [];
  const seconds = Math.round((now.getTime() - startedAt.getTime()) / 1000);
  return [
    finding({
      cause: "still-starting",
      wrong: feels.hub,
      because: `the hub was started ${seconds} s ago and does not answer yet`,
      since: startedAt,
      next: ["# wait", `hubfleet why hub/${hub}`],
    }),
  ];
};

export const routesLost: FindCause = ({ hub, observed, components }) => {
  const { lostRoutes } = observed;
  if (lostRoutes.length === 0) return [];
  const users = lostRoutes.map((path) => path.slice(path.indexOf("/user/") + "/user/".length));
  return [
    finding({
      cause: "routes-lost",
      wrong: `${users.join(", ")} cannot reach their running servers`,
      because: "the proxy does not know the way to them: it was restarted and the hub was not told",
      since: components.proxy.startedAt,
      next: [`hubfleet apply hub/${hub}`],
    }),
  ];
};
