import { createNotice, type Notice, type NoticeProps } from "../../src/bundle/notice.ts";
import { noticeKinds, type Recipient } from "../../src/fleet/recipient.ts";

export const noticeTime = Date.parse("2026-11-21T09:00:00.000Z");

/** A notice about hub/alpha, of which a test shows its difference. */
export function aNotice(props: Partial<NoticeProps> = {}): Notice {
  return createNotice({
    kind: "unhealthy",
    target: "hub/alpha",
    matter: "1",
    text: "hub/alpha is not well.",
    at: noticeTime,
    ...props,
  });
}

/** Somebody who is told of everything. */
export function aRecipient(name: string, kinds: Recipient["kinds"] = noticeKinds): Recipient {
  return { kind: "command", id: name, kinds, command: [name], variables: [] };
}
