import { createNotice, minuteWords, type Notice, said } from "./notice.ts";
import { counted, durationWords, listWords } from "./words.ts";

/** Something that happened at a moment; milliseconds since 1970. */
interface Event {
  readonly at: number;
}

/** A hub was found unwell after it was well. */
export function unhealthyNotice(
  event: Event & { readonly hub: string; readonly stage: string; readonly reason: string },
): Notice {
  const { hub, stage, reason, at } = event;
  return createNotice({
    kind: "unhealthy",
    target: `hub/${hub}`,
    matter: iso(at),
    text: `hub/${hub} (${stage}) has not been well since ${minuteWords(at)}: ${said(reason)}. To see why: \`hubfleet why hub/${hub}\`.`,
    at,
  });
}

/** It was found well again. `since`: when it was found unwell. */
export function healthyNotice(
  event: Event & { readonly hub: string; readonly stage: string; readonly since: number },
): Notice {
  const { hub, stage, since, at } = event;
  return createNotice({
    kind: "healthy",
    target: `hub/${hub}`,
    matter: iso(at),
    text: `hub/${hub} (${stage}) has been well again since ${minuteWords(at)}; it was not for ${durationWords(at - since)}. There is nothing to do.`,
    at,
  });
}

/** A bundle is on the hubs of a stage. `by`: a person, or undefined where it moved by itself. */
export function promotedNotice(
  event: Event & {
    readonly bundle: string;
    readonly stage: string;
    readonly by?: string | undefined;
    readonly done: number;
    readonly hubs: number;
  },
): Notice {
  const { bundle, stage, by, done, hubs, at } = event;
  const who = by === undefined ? "It moved there by itself" : `${by} promoted it`;
  return createNotice({
    kind: "promoted",
    target: `stage/${stage}`,
    matter: `${bundle}/${iso(at)}`,
    text: `Bundle ${bundle} has been in stage ${stage} since ${minuteWords(at)}, on ${done} of ${counted(hubs, "hub")}. ${who}; to see what is in it: \`hubfleet bundle show ${bundle}\`.`,
    at,
  });
}

/** A bundle did not do on a hub. `back`: what the hub runs again. */
export function failedNotice(
  event: Event & {
    readonly bundle: string;
    readonly stage: string;
    readonly hub: string;
    readonly reason: string;
    readonly back?: string | undefined;
    readonly isStopped: boolean;
  },
): Notice {
  const { bundle, stage, hub, reason, back, isStopped, at } = event;
  const now = back === undefined ? "still has it" : `runs ${back} again`;
  const rest = isStopped ? `, and no other hub of stage ${stage} gets it` : "";
  return createNotice({
    kind: "failed",
    target: `hub/${hub}`,
    matter: `${bundle}/${iso(at)}`,
    text: `Bundle ${bundle} failed on hub/${hub}: ${said(reason)}. The hub ${now}${rest}; to see why: \`hubfleet why hub/${hub}\`.`,
    at,
  });
}

/** Somebody put a hub or stage back. `until`: of the hold that keeps it there. */
export function rolledBackNotice(
  event: Event & {
    readonly target: string;
    readonly from?: string | undefined;
    readonly to: string;
    readonly by: string;
    readonly reason: string;
    readonly until?: number | undefined;
  },
): Notice {
  const { target, from, to, by, reason, until, at } = event;
  const away = from === undefined ? "" : ` from ${from}`;
  const kept =
    until === undefined
      ? ""
      : ` It is on hold until ${minuteWords(until)}; to end that: \`hubfleet resume ${target}\`.`;
  return createNotice({
    kind: "rolled-back",
    target,
    matter: `${to}/${iso(at)}`,
    text: `${by} put ${target} back${away} to ${to} at ${minuteWords(at)}: ${said(reason)}.${kept}`,
    at,
  });
}

/** A bundle waits for people alone. `asked`: what would satisfy the gate, in words; the same words are the same matter. */
export function askedNotice(
  event: Event & {
    readonly bundle: string;
    readonly stage: string;
    readonly asked: readonly string[];
    /** Of hubs on whose page people can say it, too. */
    readonly pages?: readonly string[];
  },
): Notice {
  const { bundle, stage, asked, pages = [], at } = event;
  const orThere = pages.length === 0 ? "" : `, or in a browser: ${pages.join(" ")}`;
  return createNotice({
    kind: "asked",
    target: `stage/${stage}`,
    matter: `${bundle}/${asked.map(said).toSorted().join(",")}`,
    text: `Bundle ${bundle} is ready for stage ${stage} but for ${listWords(asked.map(said))}. To see what it changes, and say yes or no: \`hubfleet signoff ${bundle} --stage ${stage}\`${orThere === "" ? "." : orThere}`,
    at,
  });
}

/** One person opened a gate alone. `passedOver`: what was not met. `secondBy`: when a second person is to have looked. */
export function brokenGlassNotice(
  event: Event & {
    readonly bundle: string;
    readonly stage: string;
    readonly by: string;
    readonly reason: string;
    readonly passedOver: number;
    readonly secondBy?: number | undefined;
  },
): Notice {
  const { bundle, stage, by, reason, passedOver, secondBy, at } = event;
  const second =
    secondBy === undefined
      ? `To see it: \`hubfleet bundle show ${bundle}\`.`
      : `A second person looks at it before ${minuteWords(secondBy)}, and says so: \`hubfleet signoff ${bundle} --stage ${stage}\`.`;
  return createNotice({
    kind: "broken-glass",
    target: `stage/${stage}`,
    matter: `${bundle}/${iso(at)}`,
    text: `${by} broke the glass for ${bundle} into stage ${stage} at ${minuteWords(at)}, past ${counted(passedOver, "reason")} to wait: ${said(reason)}. ${second}`,
    at,
  });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
