import type { PlacedRecord } from "../evidence/read-records.ts";
import type { GlassToSecond } from "./deadlines.ts";

export interface GlassProps {
  /** How many people run the fleet; where there is one, nobody is asked. */
  readonly teamSize: number | undefined;
  /** The id of a bundle's digest, where the state has it. */
  readonly idOf: (digest: string) => string;
  /** Whether a sign-off is somebody's own word on the bundle of this digest. */
  readonly isSecondLook: (signOff: PlacedRecord, bundle: string) => boolean;
}

/**
 * Gates that one person opened alone in a fleet of several, as long as nobody else signed for the bundle in that stage since.
 * The oldest first.
 */
export function glassToSecond(
  records: Iterable<PlacedRecord>,
  { teamSize = 1, idOf, isSecondLook }: GlassProps,
): readonly GlassToSecond[] {
  if (teamSize < 2) return [];
  const all = [...records];
  const signed = all.filter(({ record }) => record.kind === "sign-off");
  return all
    .toSorted((one, other) => one.sequence - other.sequence)
    .flatMap(({ record, sequence }) => {
      const { stage, bundle } = record.subject;
      if (record.kind !== "break-glass" || stage === undefined || bundle === undefined) return [];
      const isSeconded = signed.some(
        (other) =>
          other.sequence > sequence &&
          other.record.subject.stage === stage &&
          other.record.who.id !== record.who.id &&
          isSecondLook(other, bundle),
      );
      if (isSeconded) return [];
      const at = Date.parse(record.at.time);
      return [{ bundle: idOf(bundle), stage, person: record.who.id, reason: record.body.reason, at }];
    });
}
