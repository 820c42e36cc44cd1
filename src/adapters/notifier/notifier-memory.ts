import { renderMessage } from "../../bundle/render-message.ts";
import type { Notifier, SendResult } from "../../ports/notifier.ts";

export interface NotifierMemory extends Notifier {
  /** What arrived, by the recipient's id: the JSON of each message, in order. */
  readonly inbox: ReadonlyMap<string, readonly string[]>;
  /** What becomes of every message to a recipient from now on; undefined: it arrives. */
  answer(recipient: string, result: Extract<SendResult, { kind: "failed" }> | undefined): void;
}

/** Remembers what it was to send. */
export function createNotifierMemory(): NotifierMemory {
  const inbox = new Map<string, readonly string[]>();
  const answers = new Map<string, SendResult>();
  return {
    inbox,
    answer(recipient, result) {
      if (result === undefined) answers.delete(recipient);
      else answers.set(recipient, result);
    },
    async send({ id }, message, signal) {
      signal.throwIfAborted();
      const answer = answers.get(id);
      if (answer !== undefined) return answer;
      inbox.set(id, [...(inbox.get(id) ?? []), renderMessage(message)]);
      return { kind: "sent" };
    },
  };
}
