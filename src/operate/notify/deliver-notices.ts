import { gatherNotices } from "../../bundle/gather-notices.ts";
import { due, prune, readOutbox, type Sending, sent, writeOutbox, isSame } from "../../bundle/notices.ts";
import { counted } from "../../bundle/words.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { type Recipient, recipientWords } from "../../fleet/recipient.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Notifier, SendResult } from "../../ports/notifier.ts";
import type { StateRef, StateSnapshot } from "../../ports/state-ref.ts";

export interface DeliverProps {
  readonly fleet: Pick<Fleet, "name" | "recipients">;
  readonly state: Pick<StateRef, "read" | "commit">;
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, "now">;
  /** Aborted: nothing more is sent, and what was sent is recorded. */
  readonly signal: AbortSignal;
  /** The state as the caller's commit left it. @default it is read */
  readonly snapshot?: StateSnapshot;
}

export interface Delivery {
  /** Notices times recipients. */
  readonly sent: number;
  readonly failures: readonly FailedRecipient[];
}

/** A recipient that did not get everything, for whoever watches. What waits is tried again next time. */
export interface FailedRecipient {
  readonly recipient: string;
  readonly words: string;
  readonly waiting: number;
}

/**
 * Sends what is due to each recipient, and then records what was sent. Killed in between, the next one sends it again,
 * with the same id; two at once may both send it. A recipient that fails disturbs no other.
 *
 * @throws HubfleetError what reading and writing the state throws; what was sent then is sent again
 */
export async function deliverNotices(props: DeliverProps): Promise<Delivery> {
  const { fleet, state, clock, signal } = props;
  const { recipients = [] } = fleet;
  if (recipients.length === 0) return { sent: 0, failures: [] };

  const { files } = props.snapshot ?? (await state.read({ signal }));
  const sendings = due(readOutbox(files), { recipients, now: clock.now().getTime() });
  const done = await Promise.all(
    recipients.map((recipient) =>
      sendTo(
        recipient,
        sendings.filter((one) => one.recipient.id === recipient.id),
        props,
      ),
    ),
  );
  const gone = done.flatMap((one) => one.gone);
  if (gone.length > 0) {
    // Not with the signal: an interruption is no reason to send everything twice.
    await state.commit(
      (snapshot) => {
        const before = readOutbox(snapshot.files);
        const after = prune(sent(before, gone, recipients), clock.now().getTime());
        return isSame(before, after) ? "nothing" : { write: new Map([writeOutbox(after)]) };
      },
      { message: `notices: ${gone.length} sent` },
    );
  }
  return { sent: gone.length, failures: done.flatMap(({ failure }) => (failure === undefined ? [] : [failure])) };
}

/** For people: what was sent, and whom something waits for. */
export function deliverySentences({ sent: count, failures }: Delivery): readonly string[] {
  return [
    ...(count === 0 ? [] : [`${counted(count, "notice")} sent`]),
    ...failures.map(
      ({ recipient, words, waiting }) =>
        `${counted(waiting, "notice waits", "notices wait")} for ${recipient}: ${words}; tried again next time`,
    ),
  ];
}

interface Sent {
  readonly gone: readonly Sending[];
  readonly failure: FailedRecipient | undefined;
}

/** One after the other, so that they arrive in their order, many of a kind as one; where nothing gets through, not every one is tried. */
async function sendTo(
  recipient: Recipient,
  sendings: readonly Sending[],
  { fleet, notifier, signal }: DeliverProps,
): Promise<Sent> {
  const gone: Sending[] = [];
  const notices = sendings.map(({ notice }) => notice);
  let failed: Extract<SendResult, { kind: "failed" }> | undefined;
  for (const { notice, of } of gatherNotices(notices, fleet.name)) {
    const result = await notifier.send(recipient, { fleet: fleet.name, notice }, signal).catch((error: unknown) => {
      if (signal.aborted) return "interrupted" as const;
      throw error;
    });
    if (result === "interrupted") break;
    if (result.kind === "sent") gone.push(...of.map((one) => ({ notice: one, recipient })));
    else failed ??= result;
    if (result.kind === "failed" && result.isDown) break;
  }
  const waiting = sendings.length - gone.length;
  if (failed === undefined) return { gone, failure: undefined };
  return { gone, failure: { recipient: recipientWords(recipient), words: failed.words, waiting } };
}
