import type { Proof } from "../../bundle/gate-evidence.ts";
import { policyOf } from "../../bundle/gate.ts";
import { isTaken } from "../../bundle/judge-people.ts";
import { listWords, momentWords } from "../../bundle/words.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import type { ChecklistItem } from "../../fleet/stage-policy.ts";
import type { PlacedRecord } from "../../evidence/read-records.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Attachment } from "./attachment.ts";
import { namesEvery } from "./own-words.ts";
import type { SignOffLook } from "./sign-off.ts";
import type { Word } from "./sign-off-wish.ts";

/** The part of a record that says what happened. */
export type Said = {
  readonly [Kind in Word["kind"]]: Pick<Extract<RecordDraft, { kind: Kind }>, "kind" | "body">;
}[Word["kind"]];

export interface DecideWordProps {
  readonly attachment: Attachment | undefined;
  /** By what the person's word will be known. */
  readonly proof: Proof;
  /** Why it could not be signed. */
  readonly why: string | undefined;
  /** People of each role, for hints. */
  readonly peopleOf: (role: string) => readonly string[];
}

/**
 * What is to be recorded of a person's word; nothing where they said it already. What would count for nothing is refused.
 * @throws HubfleetError SIGN_OFF_NOT_ASKED, SIGN_OFF_OWN, SIGN_OFF_UNSIGNED, UNKNOWN_ITEM, ATTACHMENT_REFUSED, NOTHING_TO_WITHDRAW, CLOCK_BEHIND
 */
export function decideWord(word: Word, look: SignOffLook, props: DecideWordProps): readonly Said[] {
  const { said, sheet } = look;
  const isWhole = (one: PlacedRecord): boolean => namesEvery(sheet.changed, one);
  switch (word.kind) {
    case "sign-off": {
      requireClock(look);
      requireAsked(look, props);
      requireTaken(look, props);
      if (said.some((one) => one.record.kind === "sign-off" && isWhole(one))) return [];
      return [{ kind: "sign-off", body: word.reason === undefined ? {} : { reason: word.reason } }];
    }
    case "objection": {
      const isThere = said.some(
        (one) => one.record.kind === "objection" && one.record.body.reason === word.reason && isWhole(one),
      );
      return isThere ? [] : [{ kind: "objection", body: { reason: word.reason } }];
    }
    case "tick": {
      requireClock(look);
      const attachment = requireItem(word.item, look, props);
      requireTaken(look, props);
      const isThere = said.some(
        (one) =>
          one.record.kind === "tick" &&
          one.record.body.item === word.item &&
          one.record.body.attachment === attachment &&
          isWhole(one),
      );
      return isThere
        ? []
        : [{ kind: "tick", body: { item: word.item, ...(attachment === undefined ? {} : { attachment }) } }];
    }
    case "withdrawal": {
      const meant = said.filter(({ name }) => word.of === "all" || name.startsWith(word.of ?? ""));
      if (meant.length === 0) throw nothingToWithdraw(word.of, look);
      if (meant.length > 1 && word.of !== "all") throw severalToWithdraw(meant, look);
      // Taking back a yes shuts a gate, which a name alone may.
      if (meant.some(({ record }) => record.kind === "objection")) requireTaken(look, props);
      return meant.map(({ name }) => ({ kind: "withdrawal", body: { of: name } }));
    }
  }
}

/** A stage that asks nobody takes a sign-off all the same: somebody may want to have looked. */
function requireAsked({ sheet, person, input, isIn }: SignOffLook, { peopleOf }: DecideWordProps): void {
  const { signoffs, selfSignoff } = policyOf(input.stage);
  const { bundle, stage, changed } = sheet;
  if (Object.keys(changed).length === 0) {
    throw new HubfleetError("SIGN_OFF_NOT_ASKED", {
      message: `bundle ${bundle.id} changes nothing that hubs of stage ${stage} run, so nobody is asked`,
    });
  }
  const roles = signoffs.map(({ role }) => role);
  // Whoever looks at broken glass is another person, of whatever role.
  if (!isIn && roles.length > 0 && !roles.some((role) => person.roles.includes(role))) {
    const able = [...new Set(roles.flatMap(peopleOf))];
    throw new HubfleetError("SIGN_OFF_NOT_ASKED", {
      message: `stage ${stage} asks for a sign-off by role ${listWords(roles)}, and ${person.id} is ${listWords(person.roles)}`,
      ...(able.length === 0 ? {} : { hint: `of that role: ${listWords(able)}` }),
    });
  }
  const { authors } = input;
  if (!selfSignoff && authors.length > 0 && authors.every((author) => author === person.id)) {
    throw new HubfleetError("SIGN_OFF_OWN", {
      message: `${person.id} committed what bundle ${bundle.id} changes in stage ${stage}, and nobody signs for oneself`,
      hint: `have somebody else sign; or \`selfSignoff: true\` of the stage, which counts from the next bundle on`,
    });
  }
}

function requireTaken(look: SignOffLook, { proof, why }: DecideWordProps): void {
  const { input, person, sheet } = look;
  const { claimed, logins } = policyOf(input.stage);
  if (isTaken(proof, { claimed, logins })) return;
  if (proof === "login" || proof === "keyless-login") throw loginNotTaken(look);
  throw new HubfleetError("SIGN_OFF_UNSIGNED", {
    message:
      claimed === "refuse"
        ? `stage ${sheet.stage} counts only what is signed with a key (\`claimed: refuse\`), and this would not be`
        : `fleet.yaml has an SSH key for ${person.id}, so in stage ${sheet.stage} their word counts with its signature alone`,
    hint: why === undefined ? noKeyHint(person.id) : `${why}: git config user.signingKey ~/.ssh/id_ed25519.pub`,
  });
}

function loginNotTaken({ input, sheet, person }: SignOffLook): HubfleetError {
  const { logins } = policyOf(input.stage);
  return new HubfleetError("SIGN_OFF_UNSIGNED", {
    message:
      logins === "refuse"
        ? `stage ${sheet.stage} takes no word that is known by a hub's login (\`logins: refuse\`)`
        : `fleet.yaml has an SSH key for ${person.id}, so in stage ${sheet.stage} a login is not enough for their word`,
    hint: `sign with the key: hubfleet signoff ${sheet.bundle.id} --stage ${sheet.stage}`,
  });
}

function noKeyHint(person: string): string {
  return `a key counts that \`people\` has for ${person} alone, now and at the commit before the bundle: add it (\`keys\`), and it does from the next bundle on`;
}

/** @throws HubfleetError UNKNOWN_ITEM */
export function knownItem(item: string, { input, sheet }: SignOffLook): ChecklistItem {
  const { checklist } = policyOf(input.stage);
  const found = checklist.find(({ name }) => name === item);
  if (found !== undefined) return found;
  const hint = nameHint(
    item,
    checklist.map(({ name }) => name),
  );
  throw new HubfleetError("UNKNOWN_ITEM", {
    message: `the checklist of stage ${sheet.stage} has no item "${item}"`,
    hint: hint ?? "the stage has no checklist",
  });
}

function requireItem(item: string, look: SignOffLook, { attachment }: DecideWordProps): string | undefined {
  const { needsAttachment, text } = knownItem(item, look);
  if (!needsAttachment || attachment !== undefined) return attachment?.digest;
  throw new HubfleetError("ATTACHMENT_REFUSED", {
    message: `${item} is ticked off with a file: ${text}`,
    hint: "attach what you looked at: --attachment FILE",
  });
}

function requireClock({ input: { now, newestRecordAt } }: SignOffLook): void {
  if (newestRecordAt === undefined || now >= newestRecordAt) return;
  throw new HubfleetError("CLOCK_BEHIND", {
    message: `this machine's clock says ${momentWords(now)}, and something was recorded at ${momentWords(newestRecordAt)}`,
    hint: "set the clock that is wrong",
    retry: "later",
  });
}

function severalToWithdraw(meant: readonly PlacedRecord[], { sheet, person }: SignOffLook): HubfleetError {
  return new HubfleetError("NOTHING_TO_WITHDRAW", {
    message: `${person.id} said several things of bundle ${sheet.bundle.id} in stage ${sheet.stage}: ${listWords(meant.map(recordWords))}`,
    hint: "name one by the beginning of its record (--withdraw RECORD), or --withdraw all",
  });
}

function recordWords({ name, record }: PlacedRecord): string {
  return `${record.kind} ${name.slice(0, 12)}`;
}

function nothingToWithdraw(of: string | undefined, { sheet, person, said }: SignOffLook): HubfleetError {
  const what = of === undefined ? "nothing" : `no record that begins with "${of}"`;
  return new HubfleetError("NOTHING_TO_WITHDRAW", {
    message: `there is ${what} of ${person.id} on bundle ${sheet.bundle.id} in stage ${sheet.stage} to take back`,
    ...(said.length === 0 ? {} : { hint: `there is: ${listWords(said.map(recordWords))}` }),
  });
}
