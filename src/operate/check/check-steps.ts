import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Check } from "../../fleet/fleet.ts";
import type { HubSession, Kernel } from "../../ports/hub-session.ts";
import { type CheckState, sessionSeconds } from "./check-state.ts";
import { daskCells } from "./dask-cells.ts";
import { withDaskGateway } from "./dask-gateway.ts";
import { extraCells } from "./extra-cells.ts";
import type { CheckProps } from "./run-check.ts";
import type { Step } from "./run-steps.ts";
import { type StandardStep, stepNeeds } from "./select-steps.ts";

export type StepsProps = Omit<CheckProps, "only" | "report"> & { readonly state: CheckState };

const titles: Readonly<Record<StandardStep, string>> = {
  user: "let a temporary user in",
  server: "start its server",
  kernel: "run code in a kernel",
  dask: "start a Dask cluster",
  scale: "scale it by hand to 2",
  compute: "compute on it",
  adapt: "scale it back, and let it adapt, up and down to 0",
  shutdown: "end the Dask cluster",
};

/** How long a step may take: more than the waits inside the code that it runs, which say what did not happen. */
const milliseconds = {
  kernel: 90_000,
  dask: 150_000,
  scale: 180_000,
  adapt: 300_000,
  compute: 150_000,
  shutdown: 90_000,
  stop: 60_000,
} as const;

/** The selected steps in order, and those that take everything away again. */
export function checkSteps(selected: ReadonlySet<string>, props: StepsProps): readonly Step[] {
  const { hub, state, signal, world } = props;
  const standard = (name: StandardStep, run: () => Promise<void>): Step => ({
    name,
    title: titles[name],
    needs: stepNeeds[name],
    run,
  });
  const dask = (name: "dask" | "scale" | "adapt" | "compute" | "shutdown"): Step => ({
    ...standard(name, async () => {
      const cell = { code: daskCells[name], milliseconds: milliseconds[name] };
      await withReason(props, () =>
        withDaskGateway({ gateway: state.gateway, world, signal }, (either) =>
          runCell(kernelOf(state), { ...cell, signal: either }),
        ),
      );
    }),
    group: "dask",
    ...(hub.dask.enabled ? {} : { skipped: "this hub offers no Dask clusters (dask.enabled)" }),
  });

  const steps: readonly Step[] = [
    standard("user", async () => {
      const { hub: found, gateway } = await state.findHub();
      Object.assign(state, { hub: found, ...(gateway === undefined ? {} : { gateway }) });
      state.session = await world.hubSessions.begin(found, state.user, sessionSeconds(hub));
    }),
    standard("server", () => startServer(undefined, props)),
    standard("kernel", () => startKernel(props)),
    dask("dask"),
    dask("scale"),
    dask("compute"),
    dask("adapt"),
    dask("shutdown"),
    ...hub.checks.map((check) => ({
      name: `extra/${check.name}`,
      title: `run ${check.file}`,
      needs: ["server"],
      run: () => runExtra(check, props),
    })),
  ];
  return [
    ...steps.filter(({ name }) => selected.has(name)),
    { name: "stop", title: "stop the server", needs: ["server"], run: () => stopServer(props) },
    { name: "delete", title: "delete the user", needs: [], isCleanup: true, run: () => deleteUser(props) },
  ];
}

async function startServer(profile: string | undefined, { state, place, signal }: StepsProps): Promise<void> {
  state.profile = profile;
  await withReason({ state, place, signal }, () =>
    sessionOf(state).startServer(profile, { milliseconds: place.serverMilliseconds, signal }),
  );
  state.isServerRunning = true;
}

/** What fails because something of the user's does not come up says what keeps it. */
async function withReason(
  { state, place, signal }: Pick<StepsProps, "state" | "place" | "signal">,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof HubfleetError)) throw thrown;
    const why = await place.whyWaiting(state.user);
    throw why === undefined ? thrown : failed(`${thrown.message}: ${why}`, thrown);
  }
}

async function stopServer({ state, signal }: StepsProps): Promise<void> {
  delete state.kernel;
  if (!state.isServerRunning) return;
  await sessionOf(state).stopServer({ milliseconds: milliseconds.stop, signal });
  state.isServerRunning = false;
}

async function startKernel(props: StepsProps): Promise<void> {
  const { state, signal } = props;
  try {
    const kernel = await sessionOf(state).startKernel({ milliseconds: milliseconds.kernel, signal });
    state.kernel = kernel;
    const { printed } = await runCell(kernel, {
      code: "print(6 * 7)",
      milliseconds: milliseconds.kernel,
      signal,
    });
    if (printed.trim() !== "42") throw failed(`6 * 7 came to "${printed.trim()}" instead of 42`);
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof HubfleetError)) throw thrown;
    const words = await lastWordsOfKernel(props);
    throw words === undefined ? thrown : failed(`${thrown.message}: ${words}`, thrown);
  }
}

/** What the kernel's process wrote last: it goes to the server's log, among the server's own lines. */
async function lastWordsOfKernel({ state, place }: StepsProps): Promise<string | undefined> {
  const lines = await place.serverLog(state.user);
  return lines.findLast((line) => line.trim() !== "" && !/^(\[[A-Z] |\s)/.test(line))?.trim();
}

async function runExtra({ file, profile, timeoutSeconds }: Check, props: StepsProps): Promise<void> {
  const { directory, signal, state, world } = props;
  const text = await world.files.read(`${directory}/${file}`);
  if (text === undefined) throw failed(`there is no file "${file}" in the fleet`);
  const cells = readCells(file, text);
  if (profile !== state.profile || !state.isServerRunning) {
    if (state.isServerRunning) await stopServer(props);
    await startServer(profile, props);
  }
  // A kernel of its own: what one check defines is not there for the next.
  const kernel = await sessionOf(state).startKernel({ milliseconds: milliseconds.kernel, signal });
  const until = world.clock.now().getTime() + timeoutSeconds * 1000;
  try {
    for (const { title, code } of cells) {
      const left = until - world.clock.now().getTime();
      if (left <= 0) throw failed(`${title}: the check took more than ${timeoutSeconds} s`);
      await runCell(kernel, { code, milliseconds: left, signal, title });
    }
  } finally {
    if (!signal.aborted) await kernel.close();
  }
}

function readCells(file: string, text: string): ReturnType<typeof extraCells> {
  try {
    return extraCells(file, text);
  } catch (cause) {
    throw failed(`"${file}" is no notebook: ${(cause as Error).message}`, cause); // extraCells throws SyntaxErrors
  }
}

/** With no signal: it takes place after an interruption, too. */
async function deleteUser({ state, world }: StepsProps): Promise<void> {
  if (state.hub === undefined) return; // nobody was asked for a user
  const { left } = await world.hubSessions.end(state.hub, state.user);
  if (left.length > 0) throw failed(`could not be removed: ${left.join(", ")}`);
}

interface Cell {
  readonly code: string;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
  readonly title?: string;
}

async function runCell(kernel: Kernel, { title, ...cell }: Cell): Promise<{ readonly printed: string }> {
  const place = title === undefined ? "" : `${title}: `;
  const answer = await kernel.run(cell.code, cell);
  if (answer.kind === "done") return answer;
  const message = answer.message.split("\n").find((line) => line.trim() !== "");
  throw failed(`${place}${inWords(`${answer.error}${message === undefined ? "" : `: ${message.trim()}`}`)}`);
}

/**
 * The client of the Dask gateway shows what its HTTP library says, which names no gateway; Dask's own, whose traffic
 * goes through the gateway's proxy, shows a closed stream or an address that begins with gateway://.
 */
function inWords(error: string): string {
  const isGatewayGone =
    /^(?:ClientConnectorError|ServerDisconnectedError|CommClosedError|ClientResponseError: 50[234])\b/.test(error) ||
    /^(?:OSError|TimeoutError): .*gateway:\/\//.test(error);
  return isGatewayGone ? `the Dask gateway does not answer (${error})` : error;
}

function sessionOf({ session }: CheckState): HubSession {
  if (session === undefined) throw new TypeError("a step ran before the user was let in"); // `needs` forbids it
  return session;
}

function kernelOf({ kernel }: CheckState): Kernel {
  if (kernel === undefined) throw new TypeError("a step ran before there was a kernel"); // as above
  return kernel;
}

function failed(message: string, cause?: unknown): HubfleetError {
  return new HubfleetError("HUB_SESSION_FAILED", { message, retry: "later", cause });
}
