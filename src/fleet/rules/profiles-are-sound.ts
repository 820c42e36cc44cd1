import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import type { LayeredHub } from "../hub-layers.ts";
import type { WrittenProfile } from "../schema/hub-settings.ts";
import { parseMemory } from "../schema/quantities.ts";
import { type Rule, settingsOf } from "./rule.ts";

/** A profile without a name changes one of a layer below, which must exist. */
export const changedProfilesExist: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) =>
    profilesOf(hub)
      .filter((profile) => profile.name === undefined && !isNameWritten(hub, profile.id))
      .map((profile) => {
        const named = profilesOf(hub).filter((other) => other.name !== undefined);
        const hint =
          nameHint(
            profile.id,
            named.map((other) => other.id),
          ) ?? "give it a `name` to make it a new profile";
        return new HubfleetError("UNKNOWN_PROFILE", {
          message: `no layer of hub "${hub.name}" defines the profile "${profile.id}": it has no \`name\``,
          hint,
          at: hub.position(["profiles", profile.id, "id"]),
        });
      }),
  );

export const hubsKeepAProfile: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) => {
    const profiles = profilesOf(hub);
    if (profiles.length === 0 || profiles.some((profile) => profile.remove !== true)) return [];
    return [
      new HubfleetError("NO_PROFILE_LEFT", {
        message: `every profile of hub "${hub.name}" is removed`,
        hint: "keep one",
        at: hub.position(["profiles"]),
      }),
    ];
  });

export const oneProfileIsTheDefault: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) => {
    const [first, second] = profilesOf(hub).filter((profile) => profile.default === true && profile.remove !== true);
    if (first === undefined || second === undefined) return [];
    return [
      new HubfleetError("SEVERAL_DEFAULT_PROFILES", {
        message: `the profiles "${first.id}" and "${second.id}" of hub "${hub.name}" are both the default`,
        hint: "write `default: false` on the one that should not be",
        at: hub.position(["profiles", second.id, "default"]),
      }),
    ];
  });

/** Limits are ceilings: a profile may only go below. */
export const profilesStayBelowLimits: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) => {
    const limits = settingsOf(hub).limits ?? {};
    return profilesOf(hub).flatMap((profile) =>
      (["cpuLimit", "memoryLimit"] as const).flatMap((key) => {
        const [own, ceiling] = [profile[key], limits[key]];
        if (own === undefined || ceiling === undefined || amount(own) <= amount(ceiling)) return [];
        return [
          new HubfleetError("PROFILE_ABOVE_LIMIT", {
            message: `the profile "${profile.id}" allows ${own}; limits.${key} of hub "${hub.name}" is ${ceiling}`,
            hint: `lower the profile, or raise limits.${key}`,
            at: hub.position(["profiles", profile.id, key]),
          }),
        ];
      }),
    );
  });

export const guaranteesStayBelowLimits: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) => {
    const limits = settingsOf(hub).limits ?? {};
    return profilesOf(hub).flatMap((profile) =>
      (["cpu", "memory"] as const).flatMap((kind) => {
        const guarantee = profile[`${kind}Guarantee`];
        const limit = profile[`${kind}Limit`] ?? limits[`${kind}Limit`];
        if (guarantee === undefined || limit === undefined || amount(guarantee) <= amount(limit)) return [];
        return [
          new HubfleetError("GUARANTEE_ABOVE_LIMIT", {
            message: `the profile "${profile.id}" guarantees ${guarantee} and allows ${limit}`,
            hint: "lower the guarantee, or raise the limit",
            at: hub.position(["profiles", profile.id, `${kind}Guarantee`]),
          }),
        ];
      }),
    );
  });

function profilesOf(hub: LayeredHub): readonly WrittenProfile[] {
  return (settingsOf(hub).profiles ?? []).filter((profile) => typeof profile.id === "string");
}

/** A name that is there but wrong has been reported by the schema. */
function isNameWritten(hub: LayeredHub, id: string): boolean {
  return hub.layers.some(({ document }) => {
    const profiles: unknown = (Object(document?.value) as { profiles?: unknown }).profiles; // any shape may be written
    if (!Array.isArray(profiles)) return false;
    return profiles.some((profile: unknown) => {
      const { id: theirs, name } = Object(profile) as { id?: unknown; name?: unknown }; // any shape may be written
      return theirs === id && name !== undefined;
    });
  });
}

function amount(value: number | string): number {
  return typeof value === "number" ? value : parseMemory(value);
}
