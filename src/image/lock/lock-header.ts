import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { sha256, stableJson } from "../../runtime/local/digest.ts";

/** Everything that decides what a lock says, apart from what the index and the channels offered that day. */
export interface LockInputs {
  /** Python minor: "3.11". */
  readonly pythonMinor: string;
  /** Text of the requirements file; "" where there is none. */
  readonly requirements: string;
  /** The files it names by `-r` and `-c`, by their path seen from the image's directory. */
  readonly included?: Readonly<Record<string, string>>;
  /** What environment.yml asks for, as data; undefined where there is none. */
  readonly conda?: object | undefined;
  /** "linux/amd64"; they count with conda only: a pip lock holds on every platform. */
  readonly platforms?: readonly string[];
  /** Names of the files that people edit. @default ["requirements.txt"] */
  readonly files?: readonly string[];
}

export type LockState = "fresh" | "stale" | "absent";

/** Format of the locks that are written. 1 had no line of its own; 2 may hold conda packages and variables. */
const format = 2;

/**
 * The first lines of a lock say what it was made from, so that anybody can see whether it still fits without resolving
 * anything again.
 */
export function lockHeader(inputs: LockInputs): readonly string[] {
  const files = (inputs.files ?? ["requirements.txt"]).join(" and ");
  return [
    `# Written by hubfleet. Edit ${files} instead and run \`hubfleet up\`.`,
    `# lock format ${format}`,
    `# ${inputsLine(inputs)}`,
  ];
}

/**
 * Whether a lock was made from these inputs. Comments and blank lines of the requirements don't count. Locks of older
 * formats stay fresh: what decided them is written in the same words.
 * @throws HubfleetError LOCK_TOO_NEW
 */
export function lockState(lock: string | undefined, inputs: LockInputs): LockState {
  if (lock === undefined) return "absent";
  const header = lock.split(/\r?\n/, 6).filter((line) => line.startsWith("#"));
  refuseNewer(header);
  return header.includes(`# ${inputsLine(inputs)}`) ? "fresh" : "stale";
}

function refuseNewer(header: readonly string[]): void {
  const found = header.map((line) => /^# lock format (\d+)$/.exec(line)?.[1]).find((number) => number !== undefined);
  if (found === undefined || Number(found) <= format) return;
  throw new HubfleetError("LOCK_TOO_NEW", {
    message: `the lock has format ${found}, and this hubfleet reads up to ${format}`,
    hint: "use the hubfleet that wrote it, or a newer one",
  });
}

/** An image of pip packages without further files is digested as it always was, so that its lock stays good. */
function inputsLine({ requirements, included = {}, conda, platforms = [], pythonMinor }: LockInputs): string {
  const files = Object.entries(included).sort(([one], [other]) => (one < other ? -1 : 1));
  const text = [
    meaningfulLines(requirements),
    ...files.map(([path, content]) => `\0file ${path}\n${meaningfulLines(content)}`),
    ...(conda === undefined ? [] : [`\0conda ${platforms.toSorted().join(" ")}\n${stableJson(conda)}`]),
  ].join("");
  return `inputs sha256:${sha256(text)} python ${pythonMinor}`;
}

function meaningfulLines(requirements: string): string {
  return requirements
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "")
    .join("\n");
}
