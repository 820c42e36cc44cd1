import type { ProgramRequest, ProgramResult, Programs } from "../../ports/programs.ts";

/** The twin: answers what the test says a program would. */
export interface ProgramsMemory extends Programs {
  /** Every request in its order. */
  readonly requests: readonly ProgramRequest[];
  /** The first answer whose test holds counts; without one a program says nothing and ends with 0. */
  answer(when: (request: ProgramRequest) => boolean, result: ProgramResult): void;
}

export function createProgramsMemory(): ProgramsMemory {
  const requests: ProgramRequest[] = [];
  const answers: { when: (request: ProgramRequest) => boolean; result: ProgramResult }[] = [];
  const ask = (request: ProgramRequest): ProgramResult => {
    requests.push(request);
    return answers.find(({ when }) => when(request))?.result ?? { exitCode: 0, output: "" };
  };
  return {
    requests,
    answer: (when, result) => void answers.unshift({ when, result }),
    run: async (request) => ask(request),
    attach: async (request) => ask(request).exitCode,
  };
}
