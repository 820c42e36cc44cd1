import { expect, it } from "vitest";

import type { KubernetesSubject } from "./kubernetes-cases.ts";

const never = new AbortController().signal;

/** Who gave which fields. */
export function describeKeepers(subject: () => Pick<KubernetesSubject, "connection" | "other" | "namespace">): void {
  it("says who gave which fields of an object", async () => {
    const { connection, other, namespace } = subject();
    const reference = { apiVersion: "v1", kind: "ConfigMap", name: "kept-by-two", namespace };
    const { apiVersion, kind, name } = reference;
    const give = (data: Readonly<Record<string, string>>): Parameters<typeof connection.apply>[0] => ({
      ...{ apiVersion, kind, metadata: { name, namespace }, data },
    });
    await connection.apply(give({ look: "dark" }), {}, never);
    await other.apply(give({ motto: "hello" }), {}, never);

    const keepers = await connection.keepers(reference, never);

    const fields = keepers.map(({ manager, isStatus, paths }) => ({
      ...{ manager, isStatus },
      paths: paths.filter((path) => path.length > 1),
    }));
    expect(fields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ isStatus: false, paths: [["data", "look"]] }),
        { manager: "somebody", isStatus: false, paths: [["data", "motto"]] },
      ]),
    );
    expect(keepers.every(({ at }) => at instanceof Date)).toBe(true);
    expect(await connection.keepers({ ...reference, name: "nobodys" }, never)).toEqual([]);
  });
}
