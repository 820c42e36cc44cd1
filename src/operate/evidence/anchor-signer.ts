import { matchPerson } from "../../bundle/match-person.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { parsePersonKey } from "../../evidence/ssh/person-key.ts";
import { signatureNamespace } from "../../evidence/ssh/signature.ts";
import type { Person } from "../../fleet/fleet.ts";
import type { Signer } from "../../ports/signer.ts";
import type { AnchorSigner } from "./export-anchor.ts";

export interface AnchorSignerProps {
  readonly directory: string;
  readonly people: readonly Person[];
  readonly signer: Signer;
  readonly signal: AbortSignal;
}

/** Signs as the person whom Git knows, with a key that fleet.yaml has for them. @throws HubfleetError ANCHOR_UNSIGNED */
export async function anchorSigner({ directory, people, signer, signal }: AnchorSignerProps): Promise<AnchorSigner> {
  const person = matchPerson(people, await signer.identity(directory));
  if (person === undefined) {
    throw unsigned(
      "Git knows nobody here who is in `people` of fleet.yaml",
      "git config user.email, or user.signingKey",
    );
  }
  const keys = person.keys.flatMap((text) => {
    const key = parsePersonKey(text)?.key;
    return key === undefined ? [] : [`${key.type} ${key.blob.toString("base64")}`];
  });
  if (keys.length === 0)
    throw unsigned(`fleet.yaml has no SSH key for ${person.id}`, "add it to `keys` of that person");
  const sign = async (text: string): Promise<string> => {
    const signed = await signer.sign(text, { directory, keys, namespace: signatureNamespace, signal });
    if (signed.kind === "signed") return signed.signature;
    throw unsigned(signed.why, "git config user.signingKey ~/.ssh/id_ed25519.pub");
  };
  return { by: person.id, sign };
}

function unsigned(why: string, hint: string): HubfleetError {
  return new HubfleetError("ANCHOR_UNSIGNED", { message: `the anchor cannot be signed: ${why}`, hint });
}
