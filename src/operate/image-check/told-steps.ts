import type { Steps } from "../../apply/steps.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";

/**
 * Steps that are told and not journalled: for what changes nothing of a fleet, and so needs neither its lease nor a
 * word in its journal.
 */
export function toldSteps({ clock, report }: Pick<LocalWorld, "clock"> & { readonly report: Report }): Steps {
  return {
    interrupted: [],
    async run(target, step, work, detail) {
      report({ target, text: step, state: "started" });
      const begun = clock.now().getTime();
      try {
        const result = await work();
        const words = detail?.(result) ?? "";
        const milliseconds = clock.now().getTime() - begun;
        report({ target, text: words === "" ? step : `${step}: ${words}`, state: "done", milliseconds });
        return result;
      } catch (thrown) {
        const [first] = fromUnknown(thrown);
        report({ target, text: `${step}: ${first?.message.split("\n")[0] ?? "failed"}`, state: "failed" });
        throw thrown;
      }
    },
  };
}
