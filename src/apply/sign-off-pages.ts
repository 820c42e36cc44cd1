import { readDeployed } from "../bundle/deployed.ts";
import { HubfleetErrors } from "../errors/hubfleet-error.ts";
import { readRecords } from "../evidence/read-records.ts";
import type { StateNow } from "../operate/bundles/commit-change.ts";
import { createJudge } from "../operate/bundles/judge-bundle.ts";
import { secondLooks } from "../operate/bundles/second-looks.ts";
import { hubsWithPage } from "../operate/signoffs/page/page-files.ts";
import { putPages } from "../operate/signoffs/page/put-pages.ts";
import { type TakenWords, takeWords } from "../operate/signoffs/page/take-words.ts";
import { openSignOff, type SignOffLook } from "../operate/signoffs/sign-off.ts";
import { hubAddress } from "../runtime/local/desired-hub.ts";
import { isLocal } from "../runtime/local/draft.ts";
import type { PromoteWorld } from "./promote/promote-world.ts";

export type PagesWorld = Pick<
  PromoteWorld,
  "fleet" | "reading" | "world" | "signal" | "read" | "commit" | "fleetAt" | "authors"
>;

/** The pages on hubs of this machine on which people sign. Where no hub has one, nothing is read. */
export interface SignOffPages {
  /** Records what people said there. @throws what reading and writing the state throws */
  take(): Promise<TakenWords>;
  /** Where people find them. */
  addresses(): Promise<readonly string[]>;
  /** Puts there what waits for people now. @throws what reading the state throws */
  put(): Promise<void>;
}

export function signOffPages(props: PagesWorld): SignOffPages {
  const { fleet, reading, world, read, fleetAt, authors } = props;
  const judgeOf = (now: StateNow): ReturnType<typeof createJudge> =>
    createJudge(now, { reading, fleetAt, authors, now: world.clock.now() });
  /** A judge works out much that is the same for every question about one snapshot. */
  const judges = new WeakMap<StateNow, ReturnType<typeof createJudge>>();
  const look = async (
    now: StateNow,
    of: { readonly bundle: string; readonly stage: string },
  ): Promise<(as: string) => SignOffLook> => {
    const judge = judges.get(now) ?? judgeOf(now);
    judges.set(now, judge);
    return openSignOff(now, of, {
      judge,
      fleet,
      identity: { email: undefined, publicKey: undefined, signsCommits: false },
      now: world.clock.now(),
    });
  };
  return {
    take: async () => {
      const hubs = await hubsWithPage(props);
      return hubs.length === 0 ? { recorded: [], remarks: [] } : takeWords(hubs, { ...props, look });
    },
    addresses: async () =>
      (await hubsWithPage(props)).flatMap((hub) => {
        const cluster = fleet.clusters.get(hub.cluster);
        return isLocal(cluster) ? [`${hubAddress(hub, cluster)}services/signoff/`] : [];
      }),
    put: async () => {
      const hubs = await hubsWithPage(props);
      if (hubs.length === 0) return;
      const now = stateOf((await read()).files);
      const isSecondLook = await secondLooks(now, { judge: judgeOf(now), fleet, now: world.clock.now().getTime() });
      await putPages(now, hubs, { ...props, look, isSecondLook });
    },
  };
}

function stateOf(files: ReadonlyMap<string, string>): StateNow {
  const evidence = readRecords(files);
  if (evidence.problems.length > 0) throw new HubfleetErrors(evidence.problems);
  return { files, evidence, deployed: readDeployed(files) };
}
