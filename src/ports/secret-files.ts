/** One value below secrets/. */
export interface SecretReference {
  /** Of the file: secrets/NAME.enc.yaml. */
  readonly secret: string;
  /** The value's place in it, "github.clientSecret". */
  readonly key: string;
}

/** What a file says of itself to everybody. */
export interface SecretsFileFacts {
  readonly name: string;
  /** When its values were last encrypted; undefined: it does not say. */
  readonly lastModified: Date | undefined;
  /** Who can decrypt it, in SOPS's words: age keys, names of keys of a cloud. */
  readonly recipients: readonly string[];
}

/** The fleet's encrypted files. Values are decrypted in memory, and are nowhere else. */
export interface SecretFiles {
  /**
   * One value, as it is in the file now.
   * @throws HubfleetError SECRETS_FILE_MISSING, SECRET_NOT_THERE; SECRETS_LOCKED where this machine has no key to the file, or
   * no SOPS; SECRETS_CHANGED where the file is not as SOPS wrote it
   */
  read(reference: SecretReference): Promise<string>;
  /** Of all files, by name. Needs no key and no SOPS; a file that SOPS did not write is left out. */
  describe(): Promise<readonly SecretsFileFacts[]>;
}
