/** The person at the keyboard, as Git and SSH know them. */
export interface Signer {
  /** Whom Git takes the person in this directory for. */
  identity(directory: string): Promise<SignerIdentity>;
}

export interface SignerIdentity {
  /** `user.email` */
  readonly email: string | undefined;
  /** The SSH key of `user.signingkey`: "ssh-ed25519 AAAA…", without a comment. */
  readonly publicKey: string | undefined;
}
