import { randomBytes } from "node:crypto";

import { expect, it } from "vitest";

import { fromUnknown } from "../../../src/errors/from-unknown.ts";
import { eventually } from "../eventually.ts";
import { aCrd, aCrdKind } from "./a-crd.ts";
import type { KubernetesSubject } from "./kubernetes-cases.ts";

const never = new AbortController().signal;

/** Kinds that come and go with their definitions. */
export function describeDefinitions(subject: () => Pick<KubernetesSubject, "connection" | "namespace">): void {
  it("has the kinds of a definition when it is there, and not when it is gone", async () => {
    const plural = `l${randomBytes(4).toString("hex")}s`;
    const definition = aCrd([{ name: "v1", fields: ["colour"] }], plural);
    const query = { apiVersion: "look.example.org/v1", kind: aCrdKind(plural), namespace: subject().namespace };
    const { kind, apiVersion } = definition;
    expect(await codeOf(subject().connection.list(query, never))).toBe("KIND_UNKNOWN");

    await subject().connection.apply(definition, {}, never);

    await eventually("the kind is there", () =>
      subject()
        .connection.list(query, never)
        .catch(() => undefined),
    );
    await subject().connection.delete({ apiVersion, kind, name: definition.metadata.name }, never);
  });
}

async function codeOf(deed: Promise<unknown>): Promise<string | undefined> {
  return deed.then(
    () => undefined,
    (thrown: unknown) => fromUnknown(thrown)[0]?.code,
  );
}
