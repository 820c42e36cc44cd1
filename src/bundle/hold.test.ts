import { expect, it } from "vitest";

import { day, start } from "../../test/support/a-gate.ts";
import { type Hold, holdsOf } from "./hold.ts";

it("keeps a hub by a hold of its own or of its stage, until the moment that it ends", () => {
  const own = hold({ target: "hub/research" });
  const ofStage = hold({ target: "stage/production", until: start + 2 * day });
  const others = [
    hold({ target: "hub/staging" }),
    hold({ target: "stage/staging" }),
    hold({ target: "stage/research" }),
  ];
  const kept = (now: number): readonly Hold[] =>
    holdsOf({ name: "research", stage: "production" }, [own, ofStage, ...others], now);

  expect(kept(start)).toEqual([own, ofStage]);
  expect(kept(start + day - 1)).toEqual([own, ofStage]);
  expect(kept(start + day)).toEqual([ofStage]);
  expect(kept(start + 2 * day)).toEqual([]);
});

function hold(changes: Partial<Hold>): Hold {
  return { target: "hub/research", reason: "exams", owner: "ada", since: start, until: start + day, ...changes };
}
