import type { ObjectDrift } from "../../operate/kubernetes/find-drift.ts";
import type { DriftReport, DriftedHub } from "../../operate/kubernetes/report-drift.ts";
import type { FieldDrift } from "../../plan/object-drift.ts";
import type { Paint } from "./paint.ts";

/** What differs, by hub and object, who did it, and the command that puts it back. */
export function renderDrift({ hubs }: DriftReport, paint: Paint): string {
  const blocks = hubs.map((hub) => renderHub(hub, paint)).join("");
  const mendable = ({ given, isGone, fields }: ObjectDrift): boolean =>
    given !== undefined && (isGone || fields.some(({ kind }) => kind !== "added"));
  const drifted = hubs.filter((hub) => hub.objects.some(mendable)).map(({ target }) => target);
  const looked = hubs.reduce((sum, hub) => sum + hub.looked, 0);
  const objects = hubs.reduce((sum, hub) => sum + hub.objects.length, 0);
  if (objects === 0) return `${blocks}Nothing differs from what was put in place (${count(looked, "object")}).\n`;
  const found = `${objects} of ${count(looked, "object")} ${objects === 1 ? "differs" : "differ"}`;
  if (drifted.length === 0) {
    return `${blocks}${found}: what others added stays; take it away by hand where it is in the way.\n`;
  }
  return `${blocks}${found}. To put back what was changed or deleted: hubfleet apply --drift ${drifted.join(" ")}\n`;
}

/** The same as data. Values of secrets are in neither. */
export function driftAsData({ hubs }: DriftReport): unknown {
  return {
    version: 1,
    hubs: hubs.map(({ target, objects, looked, remarks, errors }) => ({
      ...{ target, looked, remarks },
      objects: objects.map(({ given: _given, ...object }) => object),
      errors: errors.map(({ code, message, hint }) => ({ code, message, ...(hint === undefined ? {} : { hint }) })),
    })),
  };
}

function renderHub({ target, objects, remarks, errors }: DriftedHub, paint: Paint): string {
  if (objects.length + remarks.length + errors.length === 0) return "";
  const lines = [
    ...objects.flatMap(({ object, isGone, fields }) => [
      `  ${object}${isGone ? ": it is not there any more" : ""}`,
      ...fields.map((field) => `      ${fieldWords(field)}`),
    ]),
    ...remarks.map((remark) => `  note: ${remark}`),
    ...errors.map(({ code, message }) => `  ${code}: ${message}`),
  ];
  return `${paint("bold", target)}\n${lines.join("\n")}\n`;
}

function fieldWords({ field, kind, is, wanted, by, at }: FieldDrift): string {
  const when = at === undefined ? "" : `, ${at.replace("T", " ").replace(/\..*$/, "")}`;
  const who = by === undefined ? "" : `  (${by}${when})`;
  const hidden = is === undefined && wanted === undefined;
  if (kind === "gone") return `${field} is gone${wanted === undefined ? "" : `, was ${wanted}`}${who}`;
  if (kind === "added") return `${field} was added${is === undefined ? "" : `: ${is}`}${who}`;
  return `${field} ${hidden ? "has another value" : `is ${is}, was ${wanted}`}${who}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
