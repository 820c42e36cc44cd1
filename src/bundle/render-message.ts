import type { Notice } from "./notice.ts";

/**
 * What commands and webhooks get, as JSON. `text` is what Slack, Mattermost and such show of it. Keys may be added;
 * `version` changes when one is taken away or means something else.
 */
export interface NoticeMessage extends Pick<Notice, "id" | "kind" | "target" | "at"> {
  readonly version: 1;
  readonly fleet: string;
  readonly text: string;
}

export function renderMessage({ fleet, notice }: { readonly fleet: string; readonly notice: Notice }): string {
  const { id, kind, target, at, text } = notice;
  const message: NoticeMessage = { version: 1, text: `${fleet}: ${text}`, fleet, kind, target, id, at };
  return JSON.stringify(message);
}
