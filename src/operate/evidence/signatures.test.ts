import { describe, expect, it } from "vitest";

import { ada, adasKey, mallory } from "../../../test/support/a-signing-fleet.ts";
import { anObservation, filesOf } from "../../../test/support/evidence-files.ts";
import { signAs } from "../../adapters/signer/signer-memory.ts";
import { appendRecords, readRecords } from "../../evidence/read-records.ts";
import type { RecordDraft, WrittenRecord } from "../../evidence/record.ts";
import { signDrafts } from "../signoffs/sign-drafts.ts";
import { verifySignatures } from "./signatures.ts";

const people = [{ id: "ada", keys: [adasKey] }];
const yes: RecordDraft = anObservation(2, {
  kind: "sign-off",
  who: { id: "ada", known: "claimed" },
  subject: { stage: "production" },
  body: {},
});

async function signed(key: typeof ada, heads: readonly string[] = []): Promise<readonly RecordDraft[]> {
  return signDrafts(heads, [yes], async (text) => signAs(key, text, "hubfleet"));
}

function judge(records: readonly WrittenRecord[]): ReturnType<typeof verifySignatures> {
  return verifySignatures(readRecords(filesOf(records)).records, people);
}

describe("signatures of records", () => {
  const before = appendRecords([], [anObservation(0), anObservation(1)]);
  const heads = [before.at(-1)?.name ?? ""];

  it("vouch for what they sign and all that is before it", async () => {
    const sign = appendRecords(heads, await signed(ada, heads));
    const after = appendRecords([sign[0]?.name ?? ""], [anObservation(3)]);

    expect(judge([...before, ...sign, ...after])).toEqual({ signed: 1, people: ["ada"], covered: 3, findings: [] });
  });

  it("by a key that fleet.yaml does not have vouch for nothing, and are no forgery", async () => {
    const sign = appendRecords(heads, await signed(mallory, heads));

    expect(judge([...before, ...sign])).toEqual({ signed: 1, people: [], covered: 0, findings: [] });
  });

  it("that were made at another place are found out", async () => {
    const moved = appendRecords(heads, await signed(ada, []));

    const { people: known, findings } = judge([...before, ...moved]);

    expect(known).toEqual([]);
    expect(findings).toMatchObject([{ kind: "bad-signature", at: moved[0]?.path }]);
  });
});
