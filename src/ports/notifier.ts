import type { Notice } from "../bundle/notice.ts";
import type { Recipient } from "../fleet/recipient.ts";

/** Tells people who are elsewhere: by a command of theirs, or by a webhook. */
export interface Notifier {
  /**
   * Sends one notice once. Never throws for a recipient that fails, and repeats nothing; an answer may be lost, so a
   * notice may have arrived although this failed. `fleet`: its name, which the text begins with.
   *
   * @throws the signal's reason when it is aborted
   */
  send(recipient: Recipient, message: Message, signal: AbortSignal): Promise<SendResult>;
}

export interface Message {
  readonly fleet: string;
  readonly notice: Notice;
}

/**
 * `words`: what went wrong, in a line without a full stop and without anything that is a secret. `isDown`: nothing else
 * would get through to this recipient now, either.
 */
export type SendResult =
  | { readonly kind: "sent" }
  | { readonly kind: "failed"; readonly words: string; readonly isDown: boolean };
