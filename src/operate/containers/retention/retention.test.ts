import { expect, it } from "vitest";

import { aFleet } from "../../../../test/support/a-fleet.ts";
import { composeImage, composeList } from "../../../../test/support/compose-image.ts";
import { createClockMemory } from "../../../adapters/clock/clock-memory.ts";
import { createFleetHistoryMemory } from "../../../adapters/fleet-history/fleet-history-memory.ts";
import { createRegistryMemory } from "../../../adapters/registry/registry-memory.ts";
import { HubfleetError } from "../../../errors/hubfleet-error.ts";
import { planRegistry, type PlanRegistryProps, type RegistryPlan } from "./plan-registry.ts";
import { removeManifests } from "./remove-manifests.ts";

const { signal } = new AbortController();
const place = { registry: "r.example.org", repository: "team/lab" };
const fleet = aFleet().withFleet({
  registries: {
    main: { address: "r.example.org/team", keep: { last: 1, days: 7 } },
    other: { address: "x.example.org" },
  },
});

interface Scene {
  readonly registry: ReturnType<typeof createRegistryMemory>;
  readonly history: ReturnType<typeof createFleetHistoryMemory>;
  readonly props: PlanRegistryProps;
  /** Pushes a list of two platforms, made so many days ago, of a commit. */
  readonly push: (tag: string, daysAgo: number, labels?: Readonly<Record<string, string>>) => Promise<string>;
}

function aScene(): Scene {
  const [registry, history, clock] = [createRegistryMemory(), createFleetHistoryMemory(), createClockMemory()];
  const revision = history.commit("main", { "fleet.yaml": "" });
  return {
    registry,
    history,
    props: {
      fleet: fleet.build(),
      directory: "/fleet",
      registry,
      history,
      currentTags: async () => [{ image: "lab", repository: "lab", tag: "current" }],
      clock,
      report: () => undefined,
      signal,
    },
    push: async (tag, daysAgo, labels) => {
      const created = new Date(clock.now().getTime() - daysAgo * 86_400_000).toISOString();
      const ours = {
        "org.hubfleet.image": "lab",
        "org.opencontainers.image.revision": revision,
        "org.opencontainers.image.created": created,
      };
      const parts = await Promise.all(
        ["amd64", "arm64"].map(async (architecture) => {
          const config = { Labels: { ...(labels ?? ours), tag } };
          const manifest = await composeImage({ layers: [], architecture, config }, (content) =>
            registry.add(place, content),
          );
          await registry.putManifest(place, manifest.toString(), signal);
          return { manifest, architecture };
        }),
      );
      const list = JSON.parse(composeList(parts).toString()) as { manifests: { platform: { os: string } }[] };
      const text = JSON.stringify({
        ...list,
        manifests: list.manifests.filter(({ platform }) => platform.os === "linux"),
      });
      return registry.putManifest({ ...place, tag }, text, signal);
    },
  };
}

function lab(plan: RegistryPlan): {
  readonly goes: readonly string[];
  readonly stays: Readonly<Record<string, readonly string[]>>;
} {
  const found = plan.repositories.find(({ image }) => image === "lab");
  const tagged = (found?.keep ?? []).filter(({ tags }) => tags.length > 0);
  return {
    goes: (found?.remove ?? []).flatMap(({ tags }) => tags),
    stays: Object.fromEntries(tagged.map(({ tags, because }) => [tags.join(), because])),
  };
}

it("says what goes, and why the rest stays", async () => {
  const { push, history, props } = aScene();
  for (const [tag, days] of [
    ["newest", 20],
    ["gone", 30],
    ["current", 40],
    ["named", 50],
    ["listed", 60],
  ] as const)
    await push(tag, days);
  await push("young", 3, undefined);
  await push("strange", 90, {});
  await push("undated-fork", 90, {
    "org.hubfleet.image": "lab",
    "org.opencontainers.image.created": "1970-01-01T00:00:00Z",
  });
  history.commit("hubfleet/state", { "bundles/a.yaml": "tag: named" });
  history.commit("hubfleet/state", { "bundles/b.yaml": "tag: other" });
  history.writeWorkTree("image: r.example.org/team/lab:listed");

  const { goes, stays } = lab(await planRegistry("main", props));

  expect(goes.toSorted()).toEqual(["gone", "newest"]);
  expect(stays).toEqual({
    current: ["the current one"],
    listed: ["named by the fleet"],
    named: ["named by the fleet"],
    strange: ["not hubfleet's", "holds one that stays"],
    "undated-fork": ["of a commit that is not known here", "holds one that stays"],
    young: ["one of the last", "young"],
  });
});

it("removes lists with their parts, and leaves those whose tag was moved meanwhile", async () => {
  const { push, registry, props } = aScene();
  await push("young", 1);
  await push("gone", 30);
  const digest = await push("moved", 40);
  const plan = await planRegistry("main", props);
  await registry.putManifest(
    { ...place, tag: "moved" },
    await registry.manifest({ ...place, digest: await push("fresh", 0) }, signal),
    signal,
  );

  const { removed, moved, stopped } = await removeManifests(plan, { registry, report: () => undefined, signal });

  expect([removed.length, moved.length, stopped]).toEqual([3, 3, []]);
  expect(await registry.tags(place, signal)).toEqual(["fresh", "moved", "young"]);
  await expect(registry.manifest({ ...place, digest }, signal)).resolves.toContain("manifests");
});

it("leaves an image alone of which it cannot say what a build would make", async () => {
  const { push, props } = aScene();
  for (const tag of ["gone", "young"]) await push(tag, tag === "gone" ? 300 : 1);
  const currentTags: PlanRegistryProps["currentTags"] = async (images) => {
    if (images.some(({ name }) => name === "lab")) throw new HubfleetError("BASE_MISSING", { message: "no base" });
    return [];
  };

  const plan = await planRegistry("main", { ...props, currentTags });

  expect(plan.repositories.map(({ image }) => image)).toEqual(["hub"]);
  expect(plan.skipped).toEqual([{ image: "lab", because: "no base" }]);
});

it.each<[string, string, (scene: Scene) => void]>([
  ["UNKNOWN_REGISTRY", "mian", () => undefined],
  ["RETENTION_UNSET", "other", () => undefined],
  ["HISTORY_INCOMPLETE", "main", ({ history }) => history.loseSight("a branch was not fetched")],
])("removes nothing: %s", async (code, name, prepare) => {
  const scene = aScene();
  await scene.push("gone", 300);
  prepare(scene);

  await expect(planRegistry(name, scene.props)).rejects.toMatchObject({ code });
});
