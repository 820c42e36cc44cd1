/** The person at the keyboard, as Git and SSH know them. */
export interface Signer {
  /** Whom Git takes the person in this directory for. */
  identity(directory: string): Promise<SignerIdentity>;
  /**
   * Signs a text with one of these keys: the one that Git signs with, else one that the agent has. May ask for a passphrase or
   * a touch. Never throws for a key that cannot be had: `why` says what is missing.
   */
  sign(text: string, options: SignOptions): Promise<SignResult>;
}

export interface SignerIdentity {
  /** `user.email` */
  readonly email: string | undefined;
  /** The SSH key of `user.signingKey`: "ssh-ed25519 AAAA…", without a comment. */
  readonly publicKey: string | undefined;
  /** Git signs with SSH whatever they commit (`gpg.format`, `commit.gpgSign`): they agreed to be asked each time. */
  readonly signsCommits: boolean;
}

export interface SignOptions {
  readonly directory: string;
  /** "ssh-ed25519 AAAA…", those that would count. */
  readonly keys: readonly string[];
  /** What the signature is for: one for something else is none. */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

export type SignResult =
  /** `signature`: as `ssh-keygen -Y sign` writes it. */
  | { readonly kind: "signed"; readonly signature: string; readonly key: string }
  | { readonly kind: "not-signed"; readonly why: string };
