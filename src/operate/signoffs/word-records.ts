import { signatureNamespace } from "../../evidence/ssh/signature.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Signer } from "../../ports/signer.ts";
import type { Attachment } from "./attachment.ts";
import { decideWord } from "./decide-word.ts";
import type { SignOffLook } from "./sign-off.ts";
import { signDrafts } from "./sign-drafts.ts";
import type { Word } from "./sign-off-wish.ts";

export interface WordRecordsProps {
  readonly attachment: Attachment | undefined;
  readonly origin: Pick<RecordDraft, "at" | "who" | "fleet">;
  /** What the records are to follow. */
  readonly heads: readonly string[];
  readonly directory: string;
  readonly signer: Pick<Signer, "sign">;
  readonly signal: AbortSignal;
  readonly peopleOf: (role: string) => readonly string[];
}

export interface WordRecords {
  /** Empty where it was said before. */
  readonly records: readonly RecordDraft[];
  /** Why they are not signed, where fleet.yaml has a key that could have; undefined: they are, or there is none. */
  readonly unsignedBecause: string | undefined;
}

/** What a person says, signed where they have a key for it. @throws as `decideWord` */
export async function wordRecords(word: Word, look: SignOffLook, props: WordRecordsProps): Promise<WordRecords> {
  const { person, sheet, people } = look;
  const { origin, heads, directory, signer, signal } = props;
  const keys = people.keysOf(person.id).map(({ key }) => `${key.type} ${key.blob.toString("base64")}`);
  const subject = { bundle: sheet.bundle.digest, stage: sheet.stage, parts: sheet.changed };
  const who = { id: person.id, known: "claimed" as const };
  const claimed = people.claimOf(person.id);
  const draftsOf = (proof: "key" | "keyless" | "claimed", why?: string): readonly RecordDraft[] =>
    decideWord(word, look, { ...props, proof, why }).map((one): RecordDraft => ({ ...one, ...origin, who, subject }));

  if (keys.length === 0) return { records: draftsOf(claimed), unsignedBecause: undefined };
  const drafts = draftsOf("key");
  let why: string | undefined;
  const sign = async (text: string): Promise<string> => {
    const signed = await signer.sign(text, { directory, keys, namespace: signatureNamespace, signal });
    if (signed.kind === "signed") return signed.signature;
    why = signed.why;
    throw new NotSigned();
  };
  try {
    return { records: await signDrafts(heads, drafts, sign), unsignedBecause: undefined };
  } catch (thrown) {
    if (!(thrown instanceof NotSigned)) throw thrown;
    return { records: draftsOf(claimed, why), unsignedBecause: why };
  }
}

class NotSigned extends Error {}
