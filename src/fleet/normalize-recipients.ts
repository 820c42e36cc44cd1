import { createHash } from "node:crypto";

import { type NoticeKind, noticeKinds, type Recipient, type WebhookAddress } from "./recipient.ts";
import type { WrittenRecipient } from "./schema/notify.ts";

/** Where notices go. A command or address that is there twice is one recipient, of the kinds of both. */
export function normalizeRecipients(written: readonly WrittenRecipient[]): readonly Recipient[] {
  const recipients = new Map<string, Recipient>();
  for (const one of written.flatMap(normalizeRecipient)) {
    const known = recipients.get(one.id);
    const kinds = noticeKinds.filter((kind) => one.kinds.includes(kind) || known?.kinds.includes(kind));
    recipients.set(one.id, { ...one, kinds });
  }
  return [...recipients.values()];
}

function normalizeRecipient({ on, command, variables = [], webhook }: WrittenRecipient): readonly Recipient[] {
  const kinds: readonly NoticeKind[] = on ?? noticeKinds;
  const [program, ...words] = command ?? [];
  if (program !== undefined) {
    const id = `command-${shortDigest(["command", program, ...words])}`;
    return [{ kind: "command", id, kinds, command: [program, ...words], variables }];
  }
  const address = normalizeAddress(webhook ?? {});
  if (address === undefined) return []; // reported by a rule
  const id = `webhook-${shortDigest(Object.values(address))}`;
  return [{ kind: "webhook", id, kinds, address }];
}

function normalizeAddress({
  address,
  addressVariable,
}: NonNullable<WrittenRecipient["webhook"]>): WebhookAddress | undefined {
  if (address !== undefined) return { kind: "written", url: address };
  return addressVariable === undefined ? undefined : { kind: "variable", name: addressVariable };
}

function shortDigest(words: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 12);
}
