import { renderMessage } from "../../bundle/render-message.ts";
import type { Notifier } from "../../ports/notifier.ts";
import type { Exchange } from "../registry/exchange.ts";
import type { Run } from "../run.ts";
import { postNotice } from "./post-notice.ts";
import { runNotice } from "./run-notice.ts";

export interface NotifierSystemProps {
  /** Where commands run: the fleet's. */
  readonly directory: string;
  readonly run: Run;
  readonly exchange: Exchange;
  /** A variable of the operator's shell. */
  readonly variable: (name: string) => string | undefined;
  /** @default 30 s for a command, 10 s for a webhook */
  readonly timeLimits?: { readonly commandMilliseconds: number; readonly webhookMilliseconds: number };
}

/** Commands of this machine, and webhooks. */
export function createNotifierSystem(props: NotifierSystemProps): Notifier {
  const { timeLimits = { commandMilliseconds: 30_000, webhookMilliseconds: 10_000 } } = props;
  return {
    send: async (recipient, message, signal) => {
      signal.throwIfAborted();
      const body = renderMessage(message);
      return recipient.kind === "command"
        ? runNotice(recipient, body, { ...props, timeoutMilliseconds: timeLimits.commandMilliseconds, signal })
        : postNotice(recipient, body, { ...props, timeoutMilliseconds: timeLimits.webhookMilliseconds, signal });
    },
  };
}
