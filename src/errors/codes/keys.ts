import type { CodeText } from "../code-text.ts";

/** Problems that one file shows by itself. */
export const keyCodes = {
  UNKNOWN_KEY: {
    meaning: "The key does not exist at this place.",
    cause: "A typing mistake, wrong indentation, or a key that belongs to another file.",
    remedy: "`hubfleet explain KEY` tells where a key belongs.",
  },
  UNKNOWN_SETTING: {
    meaning: "The command line names a setting that hubs do not have.",
    remedy: "`hubfleet config hub/NAME` prints all of a hub's settings.",
  },
  MISSING_KEY: { meaning: "A required key is not there.", remedy: "Add it." },
  WRONG_TYPE: {
    meaning: "The value is of another kind than the key takes, for example a number where a list belongs.",
    cause: "Often a missing dash before a list item, or a number that should be quoted.",
    remedy: "`hubfleet explain KEY` shows an example.",
  },
  INVALID_VALUE: {
    meaning: "The value is of the right kind but not one that the key accepts.",
    remedy: "`hubfleet explain KEY` shows what it accepts.",
  },
  VERSION_TOO_NEW: {
    meaning: "The file was written for a newer hubfleet than this one.",
    remedy: "Upgrade hubfleet, or go back to the file's older version in Git.",
  },
  NAME_INVALID: {
    meaning:
      "The name cannot be used: lower-case letters, digits and dashes only, at most 63, starting and ending with a letter or digit.",
    cause: "Names of files become names in Kubernetes and in addresses, which have these rules.",
    remedy: "Rename the file.",
  },
  NAME_RESERVED: {
    meaning: "The name belongs to Kubernetes or to hubfleet itself.",
    remedy: "Choose another one.",
  },
  SECRET_IN_PLAIN_TEXT: {
    meaning:
      "A value that looks like a secret is written in plain text where everybody who reads the repository sees it.",
    cause:
      "The key's name ends in secret, password, token or key, or it is an address with a password or a long random word in it. The value is not shown.",
    remedy: "Move it into secrets/NAME.enc.yaml (SOPS), and change the secret: it has been in a file.",
  },
  SECRET_NOT_ENCRYPTED: {
    meaning: "A file under secrets/ is not encrypted, or only in part. Its content is not shown.",
    remedy: "Encrypt it with `sops --encrypt --in-place FILE`; if it was ever committed, change what it holds.",
  },
} as const satisfies Record<string, CodeText>;
