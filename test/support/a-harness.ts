import type { HarnessCheck } from "../../src/operate/image-check/run-harness.ts";
import type { ProgramRequest } from "../../src/ports/programs.ts";
import type { PretendedMachine } from "./a-local-world.ts";

/** What the checks of images come to on a pretended machine: those that are named fail, the others pass. */
export function answerAsHarness(machine: PretendedMachine, failing: ReadonlySet<string>): { readonly ran: string[] } {
  const ran: string[] = [];
  const run = machine.programs.run.bind(machine.programs);
  Object.assign(machine.programs, {
    run: async (...words: Parameters<typeof run>) => {
      const answer = await run(...words);
      const request = parseRequest(words[0]);
      if (request === undefined) return answer;
      ran.push(...request.checks.map(({ check }) => check));
      const told = request.checks.map(({ check }) => {
        const result = failing.has(check) ? "failed" : "passed";
        return `${request.nonce} ${JSON.stringify({ check, result, summary: "seen", milliseconds: 5, output: "", figures: {} })}`;
      });
      return { exitCode: 0, output: told.join("\n") };
    },
  });
  return { ran };
}

/** What pairs of images come to on a pretended machine: every workflow passes, but for those that are named. */
export function answerAsPair(
  machine: PretendedMachine,
  failing: ReadonlySet<string> = new Set(),
): { readonly tried: string[] } {
  const tried: string[] = [];
  const run = machine.programs.run.bind(machine.programs);
  Object.assign(machine.programs, {
    run: async (...words: Parameters<typeof run>) => {
      const answer = await run(...words);
      const { argv } = words[0];
      if (!argv.some((word) => word.endsWith("supervise.py"))) return answer;
      const request = JSON.parse((await machine.files.read(argv.at(-1) ?? "")) ?? "") as PairRequest; // as hubfleet wrote it
      const environments = [request.notebook, request.worker].map(({ environment }) => environment.replace(/.*\//, ""));
      tried.push(environments.join(" "));
      const names = ["connect", ...request.workflows.map(({ name }) => name)];
      const ends = names.map((name) => {
        const result = failing.has(name) ? "failed" : "passed";
        return {
          event: "ended",
          name,
          result,
          summary: "seen",
          milliseconds: 5,
          output: "",
          ...(name === "versions" ? { data: { client: {}, scheduler: {}, workers: [], words: "" } } : {}),
        };
      });
      const lines = [...ends, { event: "end" }].map((event) => JSON.stringify(event).replace('"event":', '"event": '));
      return { exitCode: 0, output: lines.join("\n") };
    },
  });
  return { tried };
}

interface PairRequest {
  readonly notebook: { readonly environment: string };
  readonly worker: { readonly environment: string };
  readonly workflows: readonly { readonly name: string }[];
}

interface HarnessRequest {
  readonly nonce: string;
  readonly checks: readonly HarnessCheck[];
}

function parseRequest({ argv }: ProgramRequest): HarnessRequest | undefined {
  const last = argv.at(-1) ?? "";
  if (!last.startsWith("{")) return undefined;
  return JSON.parse(last) as HarnessRequest; // no other program is told JSON
}
