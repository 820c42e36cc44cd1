import type { CodeText } from "../code-text.ts";

/** Problems of the branch `hubfleet/state` and of the records on it. */
export const stateCodes = {
  STATE_REWRITTEN: {
    meaning:
      "The branch hubfleet/state of the remote does not follow what this clone saw of it before. Nothing was read from it or written to it.",
    cause:
      "Somebody pushed to it with force, or the remote was restored from a backup. hubfleet itself only ever adds to it.",
    remedy:
      "Find out who did it and why: what was recorded may be gone. The hint has the command that puts back what this clone saw, and the one that accepts what is there now.",
  },
  STATE_DELETED: {
    meaning: "The remote has no branch hubfleet/state any more, and this clone saw one before.",
    cause: "It was deleted with other old branches, or the remote is now another repository.",
    remedy:
      "The hint has the command that puts back what this clone saw. Protect the branch from being deleted; hubfleet never deletes it.",
  },
  STATE_CONFLICT: {
    meaning:
      "Something recorded here while the remote could not be written, and something recorded there since, say different things of the same key. Nothing of either was changed.",
    cause: "Two people changed the same thing while one of them was offline.",
    remedy:
      "Compare both, agree on one, give up what waits here, and do again what is still wanted. Records that waited here go with it.",
  },
  STATE_IMMUTABLE: {
    meaning: "A file of the branch hubfleet/state that is never rewritten would have been. Nothing was written.",
    cause: "Bundles, locks and evidence keep their first content for ever; the same name came with another content.",
    remedy: "If this version of hubfleet made the name, report it. Look at who wrote the file first.",
  },
  STATE_RACE_LOST: {
    meaning: "Every attempt to write to the branch hubfleet/state found that somebody else had just done so.",
    cause: "Very many commands at once, or a lock file that a killed Git left behind in the repository.",
    remedy: "Run the command again.",
  },
  STATE_CHECKED_OUT: {
    meaning: "The branch hubfleet/state is checked out in a work tree, whose files would no longer match it.",
    remedy: "Switch that work tree to another branch; the state can be read with `git show` and `git log`.",
  },
  STATE_REMOTE_UNKNOWN: {
    meaning: "The remote on which the state is to be kept is not a remote of this repository.",
    cause:
      "Git's configuration `hubfleet.remote`, or `branch.hubfleet/state.remote`, names one that was renamed or removed.",
    remedy: "Correct it with `git config hubfleet.remote NAME`, or remove the setting to use origin.",
  },
  STATE_GIT_FAILED: {
    meaning: "Git could not read or write the branch hubfleet/state of this clone.",
    cause:
      "The repository is damaged, read-only or full, belongs to another account, or another Git holds a lock in it.",
    remedy: "Do what Git says in the message, and run the command again.",
  },
  RECORD_TOO_NEW: {
    meaning:
      "A record on the branch hubfleet/state is of a form that this hubfleet does not know. Nothing is decided without it.",
    cause: "Somebody else, or CI, runs a newer hubfleet on this fleet.",
    remedy: "Install the same version here.",
  },
  RECORD_DAMAGED: {
    meaning:
      "A file among the evidence on the branch hubfleet/state is not what hubfleet wrote: its name is not the digest of its bytes, or they are no record.",
    cause: "Somebody edited or added it by hand, or the repository is damaged.",
    remedy: "Git's history of the file says who wrote it and what it was before.",
  },
} as const satisfies Record<string, CodeText>;
