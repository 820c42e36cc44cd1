/**
 * What can go wrong with one call of a port.
 *
 * | fault         | the call                                   | the command          |
 * | ------------- | ------------------------------------------ | -------------------- |
 * | killed before | does nothing                               | ends there           |
 * | killed during | does a part, as its tear says              | ends there           |
 * | killed after  | does all of it, nobody hears the answer    | ends there           |
 * | answer lost   | does all of it and answers with an error   | goes on as it thinks |
 * | done twice    | is delivered twice                         | goes on              |
 * | disk full     | and every write after it answers ENOSPC    | goes on as it thinks |
 */
export type FaultKind = "killed before" | "killed during" | "killed after" | "answer lost" | "done twice" | "disk full";

export interface Fault {
  readonly kind: FaultKind;
  /** Which of the calls that this fault can hit, from 0. */
  readonly call: number;
  /** Leaves out calls that only look, where dying before one is dying after the one before it. @default false */
  readonly onlyChanging?: boolean;
}

type Call = (...words: unknown[]) => unknown;

/** Does a part of a call, by "port.method". */
export type Tears = Readonly<Record<string, (...words: never[]) => Promise<void>>>;

export interface Faults {
  /** A port as a command meets it; without a fault nothing differs. */
  wrap<Port extends object>(name: string, port: Port): Port;
  /** The next command meets the fault; undefined: all is well again. */
  arm(fault: Fault | undefined): void;
  /** The call that was hit, for example "files.append"; undefined while none was. */
  hit(): string | undefined;
}

/** Calls that change something, by port. The others only look: dying before one is dying after the one before it. */
const changing: Readonly<Record<string, readonly string[]>> = {
  files: ["ensureFile", "append", "ensureDirectory", "copy", "move", "remove", "rotate"],
  processes: ["start", "stop", "removeControlGroups"],
  environments: ["lock", "ensure", "remove"],
  hubApi: ["sync", "restoreRoutes", "stopServer"],
  hubSessions: ["begin", "end"],
  bootService: ["ensure", "remove"],
  state: ["write", "push", "move local", "move seen"],
};
const needingSpace = new Set([
  ...["ensureFile", "append", "ensureDirectory", "copy"].map((name) => `files.${name}`),
  ...["processes.start", "environments.lock", "environments.ensure", "bootService.ensure"],
]);

export function createFaults(tears: Tears): Faults {
  let armed: Fault | undefined;
  let calls = 0;
  let hit: string | undefined;

  const canHit = ({ kind, onlyChanging = false }: Fault, name: string): boolean => {
    const [port = "", method = ""] = name.split(".");
    if (onlyChanging && changing[port]?.includes(method) !== true) return false;
    if (kind === "killed before" || kind === "answer lost") return true;
    if (kind === "killed during") return tears[name] !== undefined;
    if (kind === "disk full") return needingSpace.has(name);
    return changing[port]?.includes(method) === true;
  };

  async function meet(name: string, call: Call, words: readonly unknown[]): Promise<unknown> {
    if (armed === undefined) return call(...words);
    const { kind } = armed;
    if (hit !== undefined) {
      if (kind.startsWith("killed")) throw new Error("killed");
      if (kind === "disk full" && needingSpace.has(name)) throw diskFull(name);
      return call(...words);
    }
    if (!canHit(armed, name) || calls++ < armed.call) return call(...words);
    hit = name;
    switch (kind) {
      case "killed before":
        throw new Error("killed");
      case "killed during":
        await tears[name]?.(...(words as never[])); // a tear takes what its call takes
        throw new Error("killed");
      case "killed after":
        await call(...words);
        throw new Error("killed");
      case "answer lost":
        await call(...words);
        throw new Error(`the answer of ${name} was lost`);
      case "done twice":
        await call(...words);
        return call(...words);
      case "disk full":
        throw diskFull(name);
    }
  }

  return {
    wrap: (portName, port) =>
      new Proxy(port, {
        get(target, key) {
          const method: unknown = Reflect.get(target, key);
          if (typeof method !== "function") return method;
          const call: Call = (...words) => Reflect.apply(method, target, words) as unknown;
          return async (...words: unknown[]) => meet(`${portName}.${String(key)}`, call, words);
        },
      }),
    arm(fault) {
      armed = fault;
      calls = 0;
      hit = undefined;
    },
    hit: () => hit,
  };
}

function diskFull(name: string): Error {
  return Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: "ENOSPC" });
}
