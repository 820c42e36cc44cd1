/** What `hubfleet explain CODE` prints. A bare string is the meaning alone. */
export type CodeText = string | CodeDocument;

export interface CodeDocument {
  readonly meaning: string;
  readonly cause?: string;
  /** What the reader does about it. */
  readonly remedy?: string;
}
