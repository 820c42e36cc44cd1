import { bundleId } from "../../../bundle/latest-bundle.ts";
import { glassToSecond } from "../../../bundle/glass-to-second.ts";
import { policyOf } from "../../../bundle/gate.ts";
import { readBundles } from "../../../bundle/read-bundles.ts";
import { HubfleetError } from "../../../errors/hubfleet-error.ts";
import { loginMark } from "../../../evidence/hub-login.ts";
import type { Fleet, Hub, Person } from "../../../fleet/fleet.ts";
import type { LocalWorld } from "../../../ports/local-world.ts";
import type { StateNow } from "../../bundles/commit-change.ts";
import type { IsSecondLook } from "../../bundles/second-looks.ts";
import { decideWord } from "../decide-word.ts";
import type { SignOffLook } from "../sign-off.ts";
import { loginAt } from "./login-at.ts";
import { type PageAnswer, type PageDocument, pageSheet, type PageSheet } from "./page-document.ts";
import { readAnswers, writePage } from "./page-files.ts";
import { tooNew } from "./take-words.ts";

export interface PutPagesProps {
  readonly fleet: Fleet;
  readonly world: Pick<LocalWorld, "files" | "machine" | "clock">;
  readonly look: (now: StateNow, of: { bundle: string; stage: string }) => Promise<(as: string) => SignOffLook>;
  readonly isSecondLook: IsSecondLook;
}

const answeredForMilliseconds = 14 * 86_400_000;

/** Puts before people, on the pages of these hubs, what waits for their word. What cannot be shown is left out. */
export async function putPages(now: StateNow, hubs: readonly Hub[], props: PutPagesProps): Promise<void> {
  if (hubs.length === 0) return;
  const { fleet, world } = props;
  const at = world.clock.now();
  const asked = await looksAtAsked(now, props);
  for (const hub of hubs) {
    const people = (fleet.people ?? []).filter((person) => loginAt(hub, person) !== undefined);
    const sheets = asked.map(({ looks, open }): PageSheet => {
      const refusals = people.flatMap((person) => {
        const words = refusalOf(hub, person, { open, fleet });
        return words === undefined ? [] : [[person.id, words] as const];
      });
      return pageSheet({ looks, refusals: Object.fromEntries(refusals), people: fleet.people });
    });
    const document: PageDocument = {
      version: 1,
      fleet: fleet.name,
      hub: hub.name,
      title: hub.title,
      writtenAt: at.toISOString(),
      people: Object.fromEntries(people.map((person) => [loginAt(hub, person) ?? "", shownPerson(person)])),
      sheets,
      answers: (await readAnswers(hub, props)).filter((answer) => isStillTold(answer, at)),
    };
    await writePage(hub, document, props);
  }
}

interface Asked {
  readonly open: (as: string) => SignOffLook;
  readonly looks: readonly SignOffLook[];
}

/** What each stage's people are asked about: what is next for it, and what somebody let in alone. */
async function looksAtAsked(now: StateNow, { fleet, look, isSecondLook }: PutPagesProps): Promise<readonly Asked[]> {
  const { deployed, files, evidence } = now;
  const newest = readBundles(files).bundles.at(-1);
  const next = fleet.stages.flatMap(({ name }, index) => {
    const before = fleet.stages[index - 1];
    const offered = before === undefined ? newest : deployed.stages[before.name];
    if (offered === undefined || deployed.stages[name]?.digest === offered.digest) return [];
    return [{ bundle: offered.id, stage: name }];
  });
  const alone = glassToSecond(evidence.records.values(), {
    teamSize: fleet.teamSize,
    isSecondLook,
    idOf: (digest) => bundleId(files, digest) ?? "",
  }).filter(({ bundle }) => bundle !== "");
  const asked: Asked[] = [];
  for (const { bundle, stage } of [...alone, ...next]) {
    const open = await look(now, { bundle, stage }).catch(notShown);
    const looks = open === undefined ? [] : (fleet.people ?? []).flatMap(({ id }) => lookOf(id, open));
    const [first] = looks;
    if (open === undefined || first === undefined) continue;
    const { signoffs, checklist } = policyOf(first.input.stage);
    if (first.isIn || signoffs.length > 0 || checklist.length > 0) asked.push({ open, looks });
  }
  return asked;
}

/** A commit that this clone does not have, a bundle that was changed: told where it matters. */
function notShown(thrown: unknown): undefined {
  if (thrown instanceof HubfleetError) return undefined;
  throw thrown;
}

function lookOf(id: string, open: Asked["open"]): readonly SignOffLook[] {
  try {
    return [open(id)];
  } catch (thrown) {
    return notShown(thrown) ?? [];
  }
}

/** Why a yes of somebody, by their login at a hub, would not be recorded. */
function refusalOf(
  hub: Hub,
  person: Person,
  { open, fleet }: { readonly open: Asked["open"]; readonly fleet: Fleet },
): string | undefined {
  try {
    const look = open(person.id);
    const user = loginMark(hub.name, loginAt(hub, person) ?? "");
    const proof = look.people.loginProof({ id: person.id, known: "hub-login", login: { hub: hub.name, user } });
    if (proof === "other-login") throw tooNew(look);
    const peopleOf = (role: string): readonly string[] =>
      (fleet.people ?? []).flatMap(({ id, roles }) => (roles.some((one) => one === role) ? [id] : []));
    decideWord({ kind: "sign-off", reason: undefined }, look, {
      attachment: undefined,
      proof,
      why: undefined,
      peopleOf,
    });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof HubfleetError)) throw thrown;
    return thrown.hint === undefined ? thrown.message : `${thrown.message}; ${thrown.hint}`;
  }
}

function shownPerson({ id, name, roles }: Person): PageDocument["people"][string] {
  return { id, name, roles };
}

function isStillTold({ at }: PageAnswer, now: Date): boolean {
  return now.getTime() - Date.parse(at) < answeredForMilliseconds;
}
