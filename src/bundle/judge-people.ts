import type { ChecklistItem, SignOffPolicy, StagePolicy } from "../fleet/stage-policy.ts";
import type { PartName, Parts } from "./gate-evidence.ts";
import type { GateInput, GateStage } from "./gate-input.ts";
import { ground, type Judged, nothingAsked, reason, together } from "./gate-verdict.ts";
import { speaks, vouches } from "./vouching.ts";
import { counted, listWords, momentWords } from "./words.ts";

type Props = Pick<GateInput, "bundle" | "evidence" | "now"> & {
  /** The parts that would be new to the stage, with the bundle's digests: what people are asked about. */
  readonly changed: Parts;
};

/** Sign-offs and checklist of the stage to enter. Where nothing changes, nobody is asked. */
export function judgePeople(stage: GateStage, policy: StagePolicy, props: Props): Judged {
  if (Object.keys(props.changed).length === 0) return nothingAsked;
  return together([
    ...policy.signoffs.map((asked) => judgeSignOff(stage.name, asked, props)),
    ...policy.checklist.map((item) => judgeItem(stage.name, item, props)),
  ]);
}

/** The bundle's parts that a stage's hubs would run and do not yet. */
export function changedParts(stage: GateStage, bundleParts: Parts): Parts {
  const wanted = new Set<PartName>(stage.hubs.flatMap(({ parts }) => parts));
  const { running } = stage;
  return Object.fromEntries(
    Object.entries(bundleParts).filter(([part, digest]) => wanted.has(part) && running?.[part] !== digest),
  );
}

function judgeSignOff(stage: string, { role, count, noObjectionWithinSeconds }: SignOffPolicy, props: Props): Judged {
  const { evidence, changed, now } = props;
  const objection = evidence
    .ofStage("objection", stage)
    .find((one) => one.roles.includes(role) && namesAny(one.parts, changed) && speaks(one, props));
  if (objection !== undefined) {
    return reason("objection", {
      stage,
      words: `${objection.person} objects: ${objection.reason}`,
      satisfiedBy: `${objection.person} takes it back, or a bundle that answers it`,
      records: [objection.id],
    });
  }

  const given = evidence
    .ofStage("sign-off", stage)
    .filter((one) => one.roles.includes(role) && namesAny(one.parts, changed) && vouches(one, props));
  const byPerson = [...Map.groupBy(given, ({ person }) => person)].filter(([, all]) =>
    namesAll(Object.assign({}, ...all.map(({ parts }) => sameParts(parts, changed))), changed),
  );
  const records = byPerson.flatMap(([, all]) => all.map(({ id }) => id));
  if (byPerson.length >= count) {
    return ground(stage, `signed off by ${listWords(byPerson.map(([person]) => person).toSorted())}`, records);
  }

  const silence = noObjectionWithinSeconds === undefined ? undefined : silenceFrom(stage, role, props);
  const end =
    silence === undefined
      ? undefined
      : Math.max(silence.at, props.bundle.madeAt) + (noObjectionWithinSeconds ?? 0) * 1000;
  if (silence !== undefined && end !== undefined && now >= end) {
    return ground(stage, `nobody of role ${role} objected until ${momentWords(end)}`, [silence.id]);
  }
  const orSilence =
    noObjectionWithinSeconds === undefined
      ? ""
      : `, or no objection until ${end === undefined ? "the time after they are asked" : momentWords(end)}`;
  return reason("sign-off-missing", {
    stage,
    words: `${byPerson.length} of ${counted(count, "sign-off")} by role ${role}, for ${listWords(Object.keys(changed))}`,
    satisfiedBy: `a sign-off by ${counted(count - byPerson.length, "more person", "more people")} of role ${role}${orSilence}`,
    records,
    ...(end === undefined ? {} : { notBefore: end }),
  });
}

/** The first time that the role was asked about all that changes; the people had all of the time since then. */
function silenceFrom(
  stage: string,
  role: SignOffPolicy["role"],
  props: Props,
): { readonly id: string; readonly at: number } | undefined {
  const { evidence, changed } = props;
  const asked = evidence
    .ofStage("asked", stage)
    .filter((one) => one.role === role && namesAll(one.parts, changed) && vouches(one, props));
  return asked.toSorted((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))[0];
}

function judgeItem(stage: string, { name, text, needsAttachment }: ChecklistItem, props: Props): Judged {
  const { evidence, changed } = props;
  const ticks = evidence
    .ofStage("tick", stage)
    .filter((one) => one.item === name && namesAll(one.parts, changed) && vouches(one, props));
  const tick = ticks.find(({ attachment }) => !needsAttachment || (attachment !== undefined && attachment !== ""));
  if (tick !== undefined) return ground(stage, `${name} ticked off by ${tick.person}`, [tick.id]);
  return reason("checklist-open", {
    stage,
    words: ticks.length === 0 ? `${name} is not ticked off: ${text}` : `${name} was ticked off without a file`,
    satisfiedBy: needsAttachment ? `somebody does it and attaches what they saw` : `somebody does it and ticks it off`,
    records: ticks.map(({ id }) => id),
  });
}

function sameParts(parts: Parts, changed: Parts): Parts {
  return Object.fromEntries(Object.entries(parts).filter(([part, digest]) => changed[part] === digest));
}

function namesAll(parts: Parts, changed: Parts): boolean {
  return Object.entries(changed).every(([part, digest]) => parts[part] === digest);
}

function namesAny(parts: Parts, changed: Parts): boolean {
  return Object.entries(changed).some(([part, digest]) => parts[part] === digest);
}
