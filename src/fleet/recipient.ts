/** What notices tell of, for those who want to hear of some only. */
export const noticeKinds = [
  "unhealthy",
  "healthy",
  "promoted",
  "failed",
  "rolled-back",
  "asked",
  "deadline",
  "hold-ended",
  "broken-glass",
] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** Where notices go. */
export type Recipient = CommandRecipient | WebhookRecipient;

interface RecipientFacts {
  /** Of the command or address; what was sent is remembered under it, and it shows no address. */
  readonly id: string;
  readonly kinds: readonly NoticeKind[];
}

export interface CommandRecipient extends RecipientFacts {
  readonly kind: "command";
  readonly command: readonly [string, ...string[]];
  /** Variables of the operator's shell that it gets beside the usual ones. */
  readonly variables: readonly string[];
}

export interface WebhookRecipient extends RecipientFacts {
  readonly kind: "webhook";
  readonly address: WebhookAddress;
}

/** An address that is a secret is in a variable of the operator's shell. */
export type WebhookAddress =
  | { readonly kind: "written"; readonly url: string }
  | { readonly kind: "variable"; readonly name: string };

/** How a recipient is named to people, who may not all be allowed to know its address. */
export function recipientWords(recipient: Recipient): string {
  if (recipient.kind === "command") return `the command "${recipient.command.join(" ")}"`;
  const { address } = recipient;
  return address.kind === "written" ? `the webhook ${address.url}` : `the webhook of the variable ${address.name}`;
}

/** Why notices cannot be sent to an address, whatever is there; undefined: they can. */
export function addressProblem(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || !["http:", "https:"].includes(parsed.protocol))
    return "is no address that begins with https://";
  if (parsed.protocol === "https:" || isLoopback(parsed.hostname)) return undefined;
  return "would go over the network in the clear: it is not https";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
