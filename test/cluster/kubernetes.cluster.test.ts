import { expect, it } from "vitest";

import { describeCluster, type KubernetesSubject } from "../support/kubernetes/kubernetes-cases.ts";
import {
  connectHere,
  namespaceHere,
  startTalker,
  whyNoImage,
  whyNoVisitor,
  targetHere,
} from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnlessCluster } from "../support/skip.ts";

skipSuiteUnlessCluster()("kubernetes: a real cluster", () => {
  describeCluster(
    async (): Promise<KubernetesSubject> => {
      const [connection, other, visitor] = await Promise.all([
        connectHere(),
        connectHere({ manager: "somebody" }),
        whyNoVisitor === "" ? connectHere({ kubeconfig: process.env["HUBFLEET_TEST_VISITOR"] }) : undefined,
      ]);
      const { namespace, clean } = await namespaceHere(connection);
      const container = whyNoImage === "" ? await startTalker(connection, namespace) : undefined;
      return { connection, other, namespace, container, visitor, clean };
    },
    {
      ...(whyNoImage === "" ? {} : { container: whyNoImage }),
      ...(whyNoVisitor === "" ? {} : { visitor: whyNoVisitor }),
    },
  );

  it("is the one that it is pinned to", async () => {
    const { address } = await connectHere();

    const again = await connectHere({ target: { ...targetHere(), ...address } });

    expect(again.address).toEqual(address);
  });

  it("is refused where another one is pinned, and says what it is", async () => {
    const { address } = await connectHere();
    const server = "https://127.0.0.1:1";
    const certificateAuthority = `sha256:${"0".repeat(64)}`;

    await expect(connectHere({ target: { ...targetHere(), server } })).rejects.toMatchObject({
      code: "CLUSTER_MISMATCH",
      message: expect.stringContaining(address.server) as string,
    });
    await expect(connectHere({ target: { ...targetHere(), certificateAuthority } })).rejects.toMatchObject({
      code: "CLUSTER_MISMATCH",
      message: expect.stringContaining(String(address.certificateAuthority)) as string,
    });
  });
});
