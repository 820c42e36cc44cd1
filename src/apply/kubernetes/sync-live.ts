import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { DesiredRemote } from "../../operate/kubernetes/desired-remote.ts";
import type { Reach } from "../../operate/kubernetes/reach.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { liveDigest } from "../../runtime/kubernetes/remote-applied.ts";

export interface SyncLiveProps {
  readonly desired: DesiredRemote;
  readonly connection: ClusterConnection;
  readonly reach: Reach;
  /** Other values in the hub's Secret than before: they are to be seen as soon. @default undefined: the same ones */
  readonly newSecrets?: string | undefined;
  readonly world: Pick<LocalWorld, "clock" | "hubApi">;
  readonly signal: AbortSignal;
}

const limitMilliseconds = 180_000;
const pollMilliseconds = 500;

/**
 * Has the hub read its live settings, and waits until it says that they are the ones in effect: then who lost access has
 * lost it. A pod sees a changed Secret when its kubelet looks, which is at once when the pod itself is changed.
 * @throws HubfleetError LIVE_NOT_READ
 */
export async function syncLive(props: SyncLiveProps): Promise<void> {
  const { desired, connection, reach, newSecrets, world, signal } = props;
  const { remote, rendered, hub } = desired;
  const wanted = liveDigest(rendered);
  const { namespace } = remote.names;
  const until = world.clock.now().getTime() + limitMilliseconds;
  if (newSecrets !== undefined) await touch({ "hubfleet.io/secrets": newSecrets.slice(0, 16) });
  const way = await reach(remote, signal);
  try {
    let isTold = false;
    for (;;) {
      const { current } = await world.hubApi.sync(way.address);
      if (current === wanted) return;
      if (!isTold) await touch({ "hubfleet.io/live": wanted.slice(0, 16) });
      isTold = true;
      if (world.clock.now().getTime() > until) {
        throw new HubfleetError("LIVE_NOT_READ", {
          message: `hub "${hub.name}" did not read its live settings within ${limitMilliseconds / 1_000} s`,
          hint: `hubfleet why hub/${hub.name}; then hubfleet apply hub/${hub.name}`,
          retry: "later",
        });
      }
      signal.throwIfAborted();
      await world.clock.sleep(pollMilliseconds);
    }
  } finally {
    await way.close();
  }

  async function touch(annotations: Readonly<Record<string, string>>): Promise<void> {
    const how = { takesOver: true, manager: "hubfleet-touch" }; // all else in the pod stays whose it is
    const pods = await connection.listMetadata(
      { apiVersion: "v1", kind: "Pod", namespace, labels: { component: "hub" } },
      signal,
    );
    for (const { name } of pods) {
      const metadata = { name, namespace, annotations };
      await connection.apply({ apiVersion: "v1", kind: "Pod", metadata }, how, signal);
    }
  }
}
