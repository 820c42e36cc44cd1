import { readDeployed } from "../bundle/deployed.ts";
import { HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import { readRecords, type PlacedRecord } from "../evidence/read-records.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import { commitChange, type StateNow, type StateWish } from "../operate/bundles/commit-change.ts";
import { createFleetsAt } from "../operate/bundles/fleet-at.ts";
import { createJudge } from "../operate/bundles/judge-bundle.ts";
import { recordOrigin } from "../operate/bundles/record-origin.ts";
import { readAttachment } from "../operate/signoffs/attachment.ts";
import { decideWord, knownItem } from "../operate/signoffs/decide-word.ts";
import { isSameLook, lookAtSignOff, type SignOffLook } from "../operate/signoffs/sign-off.ts";
import { wordRecords } from "../operate/signoffs/word-records.ts";
import type { SignOffWish } from "../operate/signoffs/sign-off-wish.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { StateRef, StateStanding } from "../ports/state-ref.ts";
import type { Watch } from "./use-cases.ts";

/** People's word on bundles. */
export interface SignOffUseCases {
  /** What somebody is asked about, and how it stands. Changes nothing. @throws as `lookAtSignOff` */
  look(wish: SignOffWish, watch: Watch): Promise<SeenSignOff>;
  /**
   * Records what somebody says. `seen`: what they were shown; where the stage would get something else by now, nothing is
   * recorded. @throws as `look` and `decideWord`; HubfleetError SIGN_OFF_MOVED
   */
  give(wish: SignOffWish, seen: SignOffLook, watch: Watch): Promise<GivenSignOff>;
}

export interface SeenSignOff extends SignOffLook {
  /** Why what the person wants to say would not be recorded, as far as that can be told before. */
  readonly refusal: HubfleetError | undefined;
  readonly standing: StateStanding;
}

export interface GivenSignOff extends SeenSignOff {
  /** What was recorded now; empty where it was said before. */
  readonly recorded: readonly PlacedRecord[];
  /** Why it is not signed, where fleet.yaml has a key of theirs. */
  readonly unsignedBecause: string | undefined;
}

export interface SignOffUseCasesProps {
  readonly directory: string;
  readonly local: LocalWorld;
  readonly sources: () => Promise<ImageSources>;
  readonly state: () => Promise<StateRef>;
  readonly read: () => Promise<FleetReading>;
}

export function createSignOffUseCases(props: SignOffUseCasesProps): SignOffUseCases {
  const { directory, local, sources, state, read } = props;
  const open = async (): Promise<(now: StateNow, wish: SignOffWish) => Promise<SignOffLook>> => {
    const [reading, fleet, { git, signer }] = await Promise.all([read(), soundFleet(props), sources()]);
    const [fleetAt, identity] = [createFleetsAt({ directory, git }), await signer.identity(directory)];
    return async (now, wish) => {
      const at = local.clock.now();
      const judge = createJudge(now, {
        reading,
        now: at,
        fleetAt,
        authors: (range, paths) => git.authors(directory, range, paths),
      });
      return lookAtSignOff(now, wish, { judge, fleet, identity, now: at });
    };
  };
  return {
    look: async (wish, { signal }) => {
      const [look, { files, standing }] = await Promise.all([open(), (await state()).read({ signal })]);
      const seen = await look(stateOf(files), wish);
      return { ...seen, refusal: refusalOf(wish.word, seen, await soundFleet(props)), standing };
    },
    give: async (wish, seen, { signal }) => {
      const [look, fleet] = [await open(), await soundFleet(props)];
      const { word, stage } = wish;
      if (word.kind === "tick") knownItem(word.item, seen);
      const attached = word.kind === "tick" ? word.attachment : undefined;
      const attachment = attached === undefined ? undefined : await readAttachment(attached, local.files);
      const { signer } = await sources();
      let unsignedBecause: string | undefined;
      let before: ReadonlySet<string> = new Set();
      const decide = async (now: StateNow): Promise<StateWish | "nothing"> => {
        before = new Set(now.evidence.records.keys());
        const found = await look(now, wish);
        if (!isSameLook(seen, found)) throw moved(found);
        const made = await wordRecords(word, found, {
          attachment,
          origin: await recordOrigin(fleet, local),
          heads: now.evidence.heads,
          directory,
          signer,
          signal,
          peopleOf: (role) => peopleOf(role, fleet),
        });
        unsignedBecause = made.unsignedBecause;
        const { records } = made;
        if (records.length === 0) return "nothing";
        const documents =
          attachment === undefined ? new Map<string, string>() : new Map([[attachment.path, attachment.text]]);
        return { records, documents };
      };
      const message = `${word.kind} of ${seen.person.id}: ${seen.sheet.bundle.id} in ${stage}`;
      const { snapshot } = await commitChange(await state(), decide, { message, signal });
      const after = stateOf(snapshot.files);
      const recorded = [...after.evidence.records.values()].filter(
        ({ name, record }) => !before.has(name) && record.kind === word.kind && record.who.id === seen.person.id,
      );
      return {
        ...(await look(after, wish)),
        refusal: undefined,
        recorded,
        unsignedBecause,
        standing: snapshot.standing,
      };
    },
  };
}

function refusalOf(word: SignOffWish["word"], look: SignOffLook, fleet: Fleet): HubfleetError | undefined {
  const { people, person } = look;
  // A file is looked at when it is attached.
  if (word.kind === "tick" || word.kind === "withdrawal") return undefined;
  const proof = people.keysOf(person.id).length > 0 ? "key" : people.claimOf(person.id);
  try {
    const asked = (role: string): readonly string[] => peopleOf(role, fleet);
    decideWord(word, look, { attachment: undefined, proof, why: undefined, peopleOf: asked });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof HubfleetError) return thrown;
    throw thrown;
  }
}

function peopleOf(role: string, { people = [] }: Fleet): readonly string[] {
  return people.flatMap(({ id, roles }) => (roles.some((one) => one === role) ? [id] : []));
}

function stateOf(files: ReadonlyMap<string, string>): StateNow {
  const evidence = readRecords(files);
  if (evidence.problems.length > 0) throw new HubfleetErrors(evidence.problems);
  return { files, evidence, deployed: readDeployed(files) };
}

async function soundFleet({ read }: Pick<SignOffUseCasesProps, "read">): Promise<Fleet> {
  const { fleet, problems } = await read();
  if (fleet === undefined) throw new HubfleetErrors(problems);
  return fleet;
}

function moved({ sheet }: SignOffLook): HubfleetError {
  return new HubfleetError("SIGN_OFF_MOVED", {
    message: `what stage ${sheet.stage} would get by ${sheet.bundle.id} is not what was shown any more`,
    hint: "run the command again, and look at what it shows now",
    retry: "later",
  });
}
