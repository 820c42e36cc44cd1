import { writeRecord, type RecordDraft, signedText } from "../../evidence/record.ts";

/**
 * The same drafts, each signed as it will stand after these heads, one after the other. A signature is of the parents too, so
 * that nobody moves a record elsewhere.
 */
export async function signDrafts(
  heads: readonly string[],
  drafts: readonly RecordDraft[],
  sign: (text: string) => Promise<string>,
): Promise<readonly RecordDraft[]> {
  const signed: RecordDraft[] = [];
  let parents = heads;
  for (const draft of drafts) {
    const as: RecordDraft = { ...draft, who: { ...draft.who, known: "ssh-key" }, signature: unsigned };
    const whole = { ...as, signature: await sign(signedText(writeRecord(as, parents).record)) };
    signed.push(whole);
    parents = [writeRecord(whole, parents).name];
  }
  return signed;
}

/** Stands where the signature comes, and is no part of what is signed. */
const unsigned = "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n";
