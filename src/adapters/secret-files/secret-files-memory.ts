import type { SecretFiles, SecretsFileFacts } from "../../ports/secret-files.ts";
import { changed, fileMissing, locked, valueAt } from "./value-at.ts";

interface PretendedFile extends Omit<SecretsFileFacts, "name"> {
  readonly values: object;
  readonly state: "readable" | "locked" | "changed";
}

export interface SecretFilesMemory extends SecretFiles {
  /** Writes a file, as `sops` would. */
  put(name: string, values: object, facts?: Partial<Omit<SecretsFileFacts, "name">>): void;
  /** From now on no key to it is here, or it was edited by hand. */
  become(name: string, state: PretendedFile["state"]): void;
}

/** Encrypted files that are only pretended; at first there is none. */
export function createSecretFilesMemory(): SecretFilesMemory {
  const files = new Map<string, PretendedFile>();
  return {
    put: (name, values, facts = {}) =>
      void files.set(name, { values, state: "readable", lastModified: undefined, recipients: [], ...facts }),
    become: (name, state) => {
      const file = files.get(name);
      if (file !== undefined) files.set(name, { ...file, state });
    },
    read: async (reference) => {
      const file = files.get(reference.secret);
      if (file === undefined) throw fileMissing(reference);
      if (file.state === "locked") throw locked(reference, "none of its recipients' keys is here", "ask a recipient");
      if (file.state === "changed") throw changed(reference, "its checksum (MAC) does not fit its values");
      return valueAt(file.values, reference);
    },
    describe: async () =>
      [...files]
        .map(([name, { lastModified, recipients }]) => ({ name, lastModified, recipients }))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}
