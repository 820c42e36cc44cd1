/** What a person wants to say of a bundle in a stage. */
export interface SignOffWish {
  /** An id, or the beginning of one. */
  readonly bundle: string;
  readonly stage: string;
  /** Who it is; undefined: whom Git takes them for. */
  readonly as: string | undefined;
  readonly word: Word;
}

export type Word =
  | { readonly kind: "sign-off"; readonly reason: string | undefined }
  | { readonly kind: "objection"; readonly reason: string }
  | { readonly kind: "tick"; readonly item: string; readonly attachment: string | undefined }
  /** `of`: the beginning of a record's name, or "all"; undefined: the one thing that they said of this bundle in this stage. */
  | { readonly kind: "withdrawal"; readonly of: string | undefined };
