import type { Signer, SignerIdentity } from "../../ports/signer.ts";

export interface SignerMemory extends Signer {
  /** Whom Git takes the person for from now on. */
  become(identity: Partial<SignerIdentity>): void;
}

/** A person who is only pretended; at first nobody whom Git knows. */
export function createSignerMemory(): SignerMemory {
  let identity: SignerIdentity = { email: undefined, publicKey: undefined };
  return {
    become: (now) => {
      identity = { email: undefined, publicKey: undefined, ...now };
    },
    identity: async () => identity,
  };
}
