import type { CodeText } from "../code-text.ts";

/** Sign-offs, objections, ticks, and taking them back. */
export const signOffCodes = {
  SIGNER_UNKNOWN: {
    meaning: "hubfleet cannot tell who signs, or the person named cannot sign this bundle. Nothing was recorded.",
    cause:
      "People sign who are in `people` of fleet.yaml now and were at the commit before the bundle: nobody comes with a bundle and admits it.",
    remedy:
      "Say who you are with --as ID, or have Git know your address or key (`git config user.email`, `git config user.signingKey`).",
  },
  SIGN_OFF_NOT_ASKED: {
    meaning: "This person's sign-off would count for nothing in this stage, so it was not recorded.",
    cause: "The stage asks people of another role, or the bundle changes nothing that its hubs run.",
    remedy: "`hubfleet promote BUNDLE --to STAGE --plan` says what is missing. Roles are in `people` of fleet.yaml.",
  },
  SIGN_OFF_OWN: {
    meaning: "Somebody was to sign for what nobody else had committed. Nothing was recorded.",
    cause: "Nobody signs for oneself, unless the stage says `selfSignoff: true` or the team has one person.",
    remedy: "Have somebody else sign. In an emergency: `hubfleet promote BUNDLE --to STAGE --break-glass REASON`.",
  },
  SIGN_OFF_UNSIGNED: {
    meaning: "The stage counts only what is signed with a key, and this could not be. Nothing was recorded.",
    cause:
      "`claimed: refuse` of the stage (of a hub's page, `logins`); or `keyless`, and fleet.yaml has an SSH key for this person, who then signs with it.",
    remedy:
      "Have Git sign with the key that fleet.yaml has for you: `git config user.signingKey ~/.ssh/id_ed25519.pub`.",
  },
  SIGN_OFF_MOVED: {
    meaning: "What the stage would get changed between showing it and signing for it. Nothing was recorded.",
    remedy: "Run the command again, and look at what it shows now.",
  },
  KEY_UNUSABLE: {
    meaning: "A line in `keys` of a person is no public SSH key with which anything can be signed.",
    cause:
      "It was cut short, or it is of a kind that is not trusted any more: DSA, RSA below 2048 bits, a certificate.",
    remedy: "Copy the whole line of the key's .pub file. A new key: `ssh-keygen -t ed25519`.",
  },
  KEY_SHARED: {
    meaning: "Two people have the same SSH key, so that each could sign as the other. It proves nothing of either.",
    remedy: "Give each person a key of their own: `ssh-keygen -t ed25519`.",
  },
  LOGIN_SHARED: {
    meaning: "Two people have the same login at a hub, so that each could sign there as the other.",
    remedy: "Give each person a login of their own.",
  },
  LOGIN_PROVES_NOBODY: {
    meaning: "People are to sign on a hub whose login does not prove who somebody is.",
    cause: "`access.login.kind` of the hub is shared-password: whoever knows it logs in under any name.",
    remedy: "Set `access.login.kind` to sign-up or github, or give `logins` at another hub.",
  },
  NOTHING_TO_WITHDRAW: {
    meaning:
      "There is no sign-off, objection or tick of this person, for this bundle and stage, to take back; or there are several.",
    remedy:
      "`hubfleet signoff BUNDLE --stage STAGE --plan` shows what there is; `--withdraw RECORD` takes back one of several, `--withdraw all` all.",
  },
  UNKNOWN_ITEM: {
    meaning: "The stage's checklist has no item of this name.",
    remedy: "Items are in `checklist` of the stage, in fleet.yaml.",
  },
  ATTACHMENT_REFUSED: {
    meaning:
      "A file that was to be attached is not there, is empty or is too large, or an item needs one. Nothing was recorded.",
    remedy: "Attach what you looked at, of up to 5 MB: --attachment FILE.",
  },
  CLOCK_BEHIND: {
    meaning:
      "This machine's clock is behind a date on record, so that what it would record seems to be older than it is.",
    remedy: "Set the clock. If it is right, the machine that wrote the record was ahead; the date passes by itself.",
  },
} as const satisfies Record<string, CodeText>;
