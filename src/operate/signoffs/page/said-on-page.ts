import { z } from "zod";

import { moment } from "../../../evidence/record-bodies.ts";

/** Beyond it nothing is read: 5 MB in base64, and a word. */
export const mostSaidBytes = 8_000_000;
const mostAttachedBytes = 5_000_000;
const words = z.string().min(1).max(4000);
const digests = z.record(z.string().max(300), z.string().min(1).max(200));

const word = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("sign-off"), reason: words.optional() }),
  z.strictObject({ kind: z.literal("objection"), reason: words }),
  z.strictObject({ kind: z.literal("tick"), item: words }),
  z.strictObject({
    kind: z.literal("withdrawal"),
    of: z
      .string()
      .regex(/^[0-9a-f]{1,64}$/)
      .optional(),
  }),
]);

const said = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  at: moment,
  user: z.string().min(1).max(255),
  /** What the person had before them. */
  sheet: z.strictObject({ bundle: words, stage: words, parts: digests }),
  word,
  /** In base64. */
  attachment: z
    .base64()
    .max(Math.ceil(mostAttachedBytes / 3) * 4)
    .optional(),
});

/** What somebody said on a hub's page, as the page kept it. Who they are is only the name of their login. */
export type SaidOnPage = z.infer<typeof said>;

/** Whether a name in the outbox is one that the page gives. */
export function isSaidName(name: string): boolean {
  return /^\d{13}-[0-9a-f]{16}\.json$/.test(name);
}

/** Reads one; what is wrong with it, in words, where it is none. Whatever wrote it, it is not believed to be the page. */
export function parseSaid(name: string, bytes: Uint8Array): SaidOnPage | { readonly wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return { wrong: "it is no JSON" };
  }
  const read = said.safeParse(value);
  const [issue] = read.error?.issues ?? [];
  if (!read.success) return { wrong: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` };
  if (`${read.data.id}.json` !== name) return { wrong: `it is called ${name} and says that it is ${read.data.id}` };
  if (read.data.attachment !== undefined && read.data.word.kind !== "tick") return { wrong: "only ticks have files" };
  return read.data;
}
