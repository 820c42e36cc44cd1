import { readBundles } from "../bundle/read-bundles.ts";
import { type Effort, sumEffort } from "../bundle/report/effort.ts";
import { recordedChanges } from "../bundle/report/recorded-changes.ts";
import type { ReportedChange } from "../bundle/report/reported-change.ts";
import { HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { HubfleetError } from "../errors/hubfleet-error.ts";
import { type PlacedRecord, readRecords } from "../evidence/read-records.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import { commitChange } from "../operate/bundles/commit-change.ts";
import { createFleetsAt } from "../operate/bundles/fleet-at.ts";
import { recordOrigin } from "../operate/bundles/record-origin.ts";
import { createSignHead } from "../operate/bundles/sign-head.ts";
import { committedChanges } from "../operate/report/committed-changes.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { StateRef, StateStanding } from "../ports/state-ref.ts";
import type { Watch } from "./use-cases.ts";

/** Reports of what happened in a time, made of the records and of Git's history. */
export interface ReportUseCases {
  /** What operating took. */
  effort(time: ReportTime, signal: AbortSignal): Promise<EffortReport>;
  /** Who changed what, the oldest first. */
  changes(time: ReportTime, signal: AbortSignal): Promise<ChangesReport>;
  /** Puts on record what somebody says that something took. @throws HubfleetError as StateRef.commit */
  spent(said: SpentTime, watch: Watch): Promise<{ readonly record: PlacedRecord; readonly standing: StateStanding }>;
}

export interface ReportTime {
  readonly since: Date;
  /** Not any more of it. @default now */
  readonly until?: Date | undefined;
}

export interface SpentTime {
  readonly minutes: number;
  readonly on: string;
}

export interface EffortReport {
  readonly effort: Effort;
  /** Records that cannot be read: what they say is not in it. */
  readonly problems: readonly HubfleetError[];
  readonly standing: StateStanding;
}

export interface ChangesReport {
  readonly since: Date;
  readonly until: Date;
  readonly changes: readonly ReportedChange[];
  /** Whether Git's history was there to be looked at. */
  readonly hasHistory: boolean;
  readonly problems: readonly HubfleetError[];
  readonly standing: StateStanding;
}

export interface ReportUseCasesProps {
  readonly directory: string;
  readonly state: () => Promise<StateRef>;
  readonly sources: () => Promise<Pick<ImageSources, "git" | "signer">>;
  readonly read: () => Promise<FleetReading>;
  readonly local: Pick<LocalWorld, "files" | "clock" | "variable">;
}

export function createReportUseCases({ directory, state, sources, read, local }: ReportUseCasesProps): ReportUseCases {
  return {
    effort: async ({ since, until = endOfNow(local) }, signal) => {
      const { files, standing } = await (await state()).read({ signal });
      const { records, problems } = readRecords(files);
      const made = readBundles(files).bundles.map(
        ({ id, digest, document }) => [digest, { id, madeAt: Date.parse(document.madeAt) }] as const,
      );
      const time = { since: since.getTime(), until: until.getTime() };
      const effort = sumEffort({ records: [...records.values()], bundles: new Map(made), ...time });
      return { effort, problems, standing };
    },
    changes: async ({ since, until = endOfNow(local) }, signal) => {
      const [{ files, standing }, { git }, reading] = await Promise.all([
        (await state()).read({ signal }),
        sources(),
        read(),
      ]);
      const { records, problems } = readRecords(files);
      const bundles = new Map(readBundles(files).bundles.map((bundle) => [bundle.digest, bundle]));
      const time = { since: since.getTime(), until: until.getTime() };
      const recorded = recordedChanges({ records: [...records.values()], bundles, files, ...time });
      const committed = await committedChanges({
        ...{ directory, git, since, until, fleetAt: createFleetsAt({ directory, git }) },
        people: reading.fleet?.people ?? [],
      });
      const changes = [...recorded, ...(committed ?? [])].toSorted((one, other) => one.at - other.at);
      return { since, until, changes, hasHistory: committed !== undefined, problems, standing };
    },
    spent: async ({ minutes, on }, watch) => {
      const { fleet, problems } = await read();
      if (fleet === undefined) throw new HubfleetErrors(problems);
      const { signer } = await sources();
      const identity = await signer.identity(directory);
      const origin = await recordOrigin(fleet, local, identity);
      const sign = createSignHead({ directory, people: fleet.people ?? [], identity, signer, ...watch });
      const draft = { kind: "spent" as const, ...origin, subject: {}, body: { minutes, on } };
      let before: ReadonlySet<string> = new Set();
      const { snapshot } = await commitChange(
        await state(),
        ({ evidence }) => {
          before = new Set(evidence.records.keys());
          return { records: [draft], isByHand: true };
        },
        { message: `spent: ${on}`, signal: watch.signal, sign },
      );
      const { records } = readRecords(snapshot.files);
      const record = [...records.values()].find(({ name, record: one }) => !before.has(name) && one.kind === "spent");
      if (record === undefined) throw new TypeError("what was written is there");
      return { record, standing: snapshot.standing };
    },
  };
}

/** What happened at this very moment is part of it. */
function endOfNow({ clock }: Pick<ReportUseCasesProps["local"], "clock">): Date {
  return new Date(clock.now().getTime() + 1);
}
