import { bundleId } from "../../../bundle/latest-bundle.ts";
import { HubfleetError } from "../../../errors/hubfleet-error.ts";
import { loginMark } from "../../../evidence/hub-login.ts";
import type { RecordDraft } from "../../../evidence/record.ts";
import type { Fleet, Hub, Person } from "../../../fleet/fleet.ts";
import type { LocalWorld } from "../../../ports/local-world.ts";
import { hubPaths } from "../../../runtime/local/paths.ts";
import type { StateNow, StateWish } from "../../bundles/commit-change.ts";
import { recordOrigin } from "../../bundles/record-origin.ts";
import { type Attachment, attachmentOf } from "../attachment.ts";
import { decideWord } from "../decide-word.ts";
import type { SignOffLook } from "../sign-off.ts";
import type { Word } from "../sign-off-wish.ts";
import { loginAt } from "./login-at.ts";
import { keepAnswer } from "./page-files.ts";
import { isSaidName, mostSaidBytes, parseSaid, type SaidOnPage } from "./said-on-page.ts";

export interface TakeWordsProps {
  readonly fleet: Fleet;
  readonly world: Pick<LocalWorld, "files" | "machine" | "clock" | "variable">;
  readonly look: (now: StateNow, of: { bundle: string; stage: string }) => Promise<(as: string) => SignOffLook>;
  readonly commit: (
    decide: (now: StateNow) => StateWish | "nothing" | Promise<StateWish | "nothing">,
    message: string,
  ) => Promise<unknown>;
  readonly signal: AbortSignal;
}

export interface TakenWords {
  /** "grace: sign-off of 2026.11.21-1-3fa9c2 in production, on the page of hub research" */
  readonly recorded: readonly string[];
  readonly remarks: readonly string[];
}

/** At once, of one hub: whoever said more waits for the next turn. */
const mostAtOnce = 100;

/**
 * Records what people said on hubs' pages, in the order in which they said it, as known by their login there. Each word is
 * judged anew, by the rules of `signoff`: the page is not believed to have done so. What cannot be recorded is answered on the
 * page; what is none of the page's is removed, and told. A command that is killed in between takes nothing twice.
 */
export async function takeWords(hubs: readonly Hub[], props: TakeWordsProps): Promise<TakenWords> {
  const recorded: string[] = [];
  const remarks: string[] = [];
  for (const hub of hubs) {
    const { outbox } = hubPaths(props.world.machine.stateRoot, props.fleet.uuid, hub.name);
    const names = (await props.world.files.list(outbox)).filter((name) => !name.startsWith("."));
    for (const name of names.slice(0, mostAtOnce)) {
      if (props.signal.aborted) return { recorded, remarks };
      const taken = await takeFile(hub, `${outbox}/${name}`, props);
      if (taken.kind === "recorded") recorded.push(taken.words);
      if (taken.kind === "odd" || taken.kind === "later") remarks.push(taken.words);
      if (taken.kind !== "later") await props.world.files.remove(`${outbox}/${name}`);
    }
  }
  return { recorded, remarks };
}

type Taken =
  | { readonly kind: "recorded" | "odd" | "later"; readonly words: string }
  /** Said before, or answered on the page. */
  | { readonly kind: "settled" };

async function takeFile(hub: Hub, path: string, props: TakeWordsProps): Promise<Taken> {
  const { fleet, world } = props;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const odd = (what: string): Taken => ({
    kind: "odd",
    words: `in the outbox of hub ${hub.name}, "${printable(name)}" is nothing that its page writes, and was removed: ${printable(what)}`,
  });
  if (!isSaidName(name)) return odd("its name");
  const bytes = await world.files.readForeign(path, mostSaidBytes);
  if (bytes === undefined) return { kind: "settled" };
  if (!(bytes instanceof Uint8Array)) return odd(bytes.refused);
  const said = parseSaid(name, bytes);
  if ("wrong" in said) return odd(said.wrong);
  const person = personOf(hub, said, fleet);
  if (person === undefined) return odd("fleet.yaml knows nobody by this login");
  try {
    return await takeSaid(said, { hub, person }, props);
  } catch (thrown) {
    if (!(thrown instanceof HubfleetError)) throw thrown;
    const subject = `${said.word.kind} of ${person.id} for stage ${printable(said.sheet.stage)}, on the page of hub ${hub.name}`;
    if (!isAnswer(thrown)) return { kind: "later", words: `${subject}, waits: ${thrown.message}` };
    const words = thrown.hint === undefined ? thrown.message : `${thrown.message}; ${thrown.hint}`;
    const { id, user, at, word, sheet } = said;
    const about = { bundle: sheet.bundle, stage: sheet.stage };
    await keepAnswer(hub, { id, user, at, kind: word.kind, sheet: about, words }, { fleet, world });
    return { kind: "settled" };
  }
}

async function takeSaid(
  said: SaidOnPage,
  { hub, person }: { readonly hub: Hub; readonly person: Person },
  { fleet, world, look, commit }: TakeWordsProps,
): Promise<Taken> {
  const attachment = said.attachment === undefined ? undefined : attachmentOf(Buffer.from(said.attachment, "base64"));
  const who = {
    id: person.id,
    known: "hub-login" as const,
    login: { hub: hub.name, user: loginMark(hub.name, said.user) },
  };
  let words: string | undefined;
  await commit(async (now) => {
    words = undefined;
    const bundle = bundleId(now.files, said.sheet.bundle);
    if (bundle === undefined) throw moved(said);
    const seen = (await look(now, { bundle, stage: said.sheet.stage }))(person.id);
    const { changed } = seen.sheet;
    if (said.word.kind !== "withdrawal" && !isSame(changed, said.sheet.parts)) throw moved(said);
    const origin = await recordOrigin(fleet, world);
    const drafts = wordDrafts(said.word, seen, { who, attachment, fleet, origin });
    if (drafts.length === 0) return "nothing";
    words = `${person.id}: ${said.word.kind} of ${bundle} in ${said.sheet.stage}, on the page of hub ${hub.name}`;
    return {
      records: drafts,
      documents: new Map(attachment === undefined ? [] : [[attachment.path, attachment.text]]),
    };
  }, `${said.word.kind} of ${person.id}, on the page of hub ${hub.name}`);
  return words === undefined ? { kind: "settled" } : { kind: "recorded", words };
}

interface WordDraftsProps {
  readonly who: RecordDraft["who"];
  readonly attachment: Attachment | undefined;
  readonly fleet: Fleet;
  readonly origin: Pick<RecordDraft, "at" | "fleet">;
}

/** @throws as `decideWord`; HubfleetError SIGN_OFF_UNSIGNED for a login that is too new */
function wordDrafts(
  said: SaidOnPage["word"],
  look: SignOffLook,
  { who, attachment, fleet: { people = [] }, origin }: WordDraftsProps,
): readonly RecordDraft[] {
  const { sheet } = look;
  const proof = look.people.loginProof(who);
  if (proof === "other-login") throw tooNew(look);
  const peopleOf = (role: string): readonly string[] =>
    people.flatMap(({ id, roles }) => (roles.some((one) => one === role) ? [id] : []));
  const subject = { bundle: sheet.bundle.digest, stage: sheet.stage, parts: sheet.changed };
  try {
    const decided = decideWord(wordOf(said), look, { attachment, proof, why: undefined, peopleOf });
    return decided.map((one): RecordDraft => ({ ...one, ...origin, who, subject }));
  } catch (thrown) {
    // Taken back already: a command was killed between recording it and forgetting it.
    if (thrown instanceof HubfleetError && thrown.code === "NOTHING_TO_WITHDRAW") return [];
    throw thrown;
  }
}

export function wordOf(said: SaidOnPage["word"]): Word {
  switch (said.kind) {
    case "sign-off":
      return { kind: "sign-off", reason: said.reason };
    case "objection":
      return said;
    case "tick":
      return { kind: "tick", item: said.item, attachment: undefined };
    case "withdrawal":
      return { kind: "withdrawal", of: said.of ?? "all" };
  }
}

/** Whom fleet.yaml has this login for now, and nobody else. */
export function personOf(hub: Hub, { user }: Pick<SaidOnPage, "user">, { people = [] }: Fleet): Person | undefined {
  const found = people.filter((person) => loginAt(hub, person) === user.toLowerCase());
  return found.length === 1 ? found[0] : undefined;
}

/** What the person can be told; anything else may be otherwise at the next turn. */
function isAnswer({ code, retry }: HubfleetError): boolean {
  if (code === "SIGN_OFF_MOVED") return true;
  const ofPeople = ["SIGNER_UNKNOWN", "UNKNOWN_ITEM", "ATTACHMENT_REFUSED", "UNKNOWN_TARGET", "BUNDLE_UNKNOWN"];
  return retry !== "later" && (code.startsWith("SIGN_OFF_") || ofPeople.includes(code));
}

function isSame(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((part) => one[part] === other[part]);
}

function moved({ sheet }: SaidOnPage): HubfleetError {
  return new HubfleetError("SIGN_OFF_MOVED", {
    message: `what stage ${sheet.stage} would get is not what was shown any more`,
    hint: "look at what is asked now",
    retry: "later",
  });
}

export function tooNew({ person, sheet }: Pick<SignOffLook, "person" | "sheet">): HubfleetError {
  return new HubfleetError("SIGN_OFF_UNSIGNED", {
    message: `a login counts that \`people\` had for ${person.id} alone at the commit before bundle ${sheet.bundle.id}, and has now`,
    hint: "this one does from the next bundle on",
  });
}

function printable(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return plain.length > 120 ? `${plain.slice(0, 119)}…` : plain;
}
