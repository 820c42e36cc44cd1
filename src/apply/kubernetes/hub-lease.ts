import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import type { Report } from "../../ports/local-world.ts";

export interface HubLeaseProps {
  readonly connection: ClusterConnection;
  /** Of the hub; it is there. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of this run of the command, and of no other. */
  readonly run: string;
  /** Who it is, for whoever finds it taken: "hubfleet apply (process 4711)". */
  readonly holder: string;
  readonly target: string;
  /** How long it waits for somebody else who is at work. @default 0 */
  readonly patienceMilliseconds?: number;
  readonly clock: Clock;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Without a sign of life for so long, a holder counts as killed. */
const durationSeconds = 20;
const renewMilliseconds = 5_000;
const lookMilliseconds = 1_000;

/**
 * Runs a writer while it alone changes the hub, from whichever machine: by a Lease in the hub's namespace. One that a killed
 * command left is taken over when it showed no sign of life for its duration, by this machine's clock alone.
 * The signal that the writer gets is aborted when the lease is lost.
 * @throws HubfleetError HUB_LEASE_HELD
 */
export async function withHubLease<Result>(
  props: HubLeaseProps,
  write: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  await takeLease(props);
  const lost = new AbortController();
  const stop = props.clock.every(renewMilliseconds, async () => {
    await put(props, {}).catch((thrown: unknown) => {
      // Somebody else has it; a cluster that does not answer just now is asked again.
      if (thrown instanceof HubfleetError && thrown.code === "OBJECT_CONFLICT") lost.abort(thrown);
    });
  });
  try {
    return await write(AbortSignal.any([props.signal, lost.signal]));
  } finally {
    stop();
    await giveBack(props).catch(() => undefined); // it ends by itself
  }
}

async function takeLease(props: HubLeaseProps): Promise<void> {
  const { clock, connection, namespace, name, target, report, signal } = props;
  const reference = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", name, namespace };
  const begun = clock.now().getTime();
  let seen: { readonly sign: string; readonly at: number } | undefined;
  for (;;) {
    signal.throwIfAborted();
    const lease = await connection.get(reference, signal);
    const { holder, sign } = read(lease);
    const now = clock.now().getTime();
    const isOld = seen?.sign === sign && now - seen.at > durationSeconds * 1_000;
    if (holder === "" || isOld) {
      const { resourceVersion } = lease?.metadata ?? {};
      const taken = await put(props, {
        takesOver: lease !== undefined,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      }).catch((thrown: unknown) => {
        if (thrown instanceof HubfleetError && thrown.code === "OBJECT_CONFLICT") return undefined; // somebody was faster
        throw thrown;
      });
      if (taken !== undefined) return;
      continue;
    }
    const isAtWork = seen !== undefined && seen.sign !== sign;
    if (isAtWork && now - begun >= (props.patienceMilliseconds ?? 0)) throw held(props, holder);
    if (seen === undefined) {
      const what = target.startsWith("hub/") ? "the hub" : target;
      report({ target, text: `"${holder}" has ${what}; looking whether it is still at work`, state: "note" });
    }
    if (seen === undefined || isAtWork) seen = { sign, at: now };
    await clock.sleep(lookMilliseconds);
  }
}

/**
 * Empty: this run's name goes from the object's list of who gave what, which would grow with every run otherwise. What
 * somebody else gave since stays.
 */
async function giveBack({ connection, namespace, name, run }: HubLeaseProps): Promise<void> {
  const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace } };
  await connection.apply(lease, { manager: `hubfleet-${run}` }, new AbortController().signal);
}

async function put(
  { connection, namespace, name, labels, run, holder, clock, signal }: HubLeaseProps,
  how: { readonly takesOver?: boolean; readonly resourceVersion?: string },
): Promise<KubernetesObject> {
  const now = clock.now().toISOString().replace("Z", "000Z"); // a MicroTime has six digits
  const { takesOver = false, resourceVersion } = how;
  const lease: KubernetesObject = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace, labels, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    spec: {
      holderIdentity: `${holder} ${run}`,
      leaseDurationSeconds: durationSeconds,
      renewTime: now,
    },
  };
  return connection.apply(lease, { takesOver, manager: `hubfleet-${run}` }, signal);
}

function read(lease: KubernetesObject | undefined): { readonly holder: string; readonly sign: string } {
  const { holderIdentity = "", renewTime = "" } = Object(lease?.["spec"]) as Readonly<
    Partial<Record<"holderIdentity" | "renewTime", string>>
  >; // as the API has it
  return { holder: holderIdentity, sign: `${holderIdentity} ${renewTime}` };
}

function held({ target }: HubLeaseProps, holder: string): HubfleetError {
  return new HubfleetError("HUB_LEASE_HELD", {
    message: `"${holder}" is changing ${target}`,
    hint: "wait until it is done; nothing has to be unlocked",
    retry: "later",
  });
}
