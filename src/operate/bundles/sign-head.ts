import { matchPerson } from "../../bundle/match-person.ts";
import { appendRecords } from "../../evidence/read-records.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import { parsePersonKey } from "../../evidence/ssh/person-key.ts";
import { signatureNamespace } from "../../evidence/ssh/signature.ts";
import type { Person } from "../../fleet/fleet.ts";
import type { Report } from "../../ports/local-world.ts";
import type { Signer, SignerIdentity } from "../../ports/signer.ts";
import { signDrafts } from "../signoffs/sign-drafts.ts";

/** Records as they are to be written after these heads: the last one signed where its author has a key at hand. */
export type SignHead = (heads: readonly string[], drafts: readonly RecordDraft[]) => Promise<readonly RecordDraft[]>;

export interface SignHeadProps {
  readonly directory: string;
  readonly people: readonly Person[];
  readonly identity: SignerIdentity;
  readonly signer: Pick<Signer, "sign">;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Signs the last record of what a person does, and with it all that it follows, where Git signs what they commit. Without a
 * key it is written all the same, and says that it is claimed: who mends a hub at night is not kept from it by a token.
 */
export function createSignHead({ directory, people, identity, signer, report, signal }: SignHeadProps): SignHead {
  const person = identity.signsCommits ? matchPerson(people, identity) : undefined;
  const keys = (person?.keys ?? []).flatMap((text) => {
    const key = parsePersonKey(text)?.key;
    return key === undefined ? [] : [`${key.type} ${key.blob.toString("base64")}`];
  });
  return async (heads, drafts) => {
    const last = drafts.at(-1);
    if (last === undefined || person === undefined || last.who.id !== person.id || keys.length === 0) return drafts;
    const before = drafts.slice(0, -1);
    const parent = appendRecords(heads, before).at(-1)?.name;
    let why: string | undefined;
    const signed = await signDrafts(parent === undefined ? heads : [parent], [last], async (text) => {
      const result = await signer.sign(text, { directory, keys, namespace: signatureNamespace, signal });
      if (result.kind === "signed") return result.signature;
      why = result.why;
      throw new NotSigned();
    }).catch((thrown: unknown) => {
      if (thrown instanceof NotSigned) return undefined;
      throw thrown;
    });
    if (signed !== undefined) return [...before, ...signed];
    report({
      target: "evidence",
      text: `written without a signature: ${why ?? "it could not be made"}`,
      state: "note",
    });
    return drafts;
  };
}

class NotSigned extends Error {}
