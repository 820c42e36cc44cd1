import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nearestName } from "../../errors/nearest-name.ts";
import { hubClasses, hubTraitVersions } from "../hub-traits.ts";
import type { WrittenFile } from "../written-fleet.ts";
import type { WrittenHubSettings } from "../schema/hub-settings.ts";
import { type Rule, settingsFiles } from "./rule.ts";

type File = WrittenFile<WrittenHubSettings>;

/** A name that no class listens to does nothing, and nobody would notice. */
export const hubConfigIsKnown: Rule = (fleet) =>
  settingsFiles(fleet).flatMap((file) => [
    ...Object.entries(file.value.hubConfig ?? {}).flatMap(([section, traits]) => {
      const known = hubClasses.get(section);
      if (known === undefined) return misspeltClass(section, file);
      return Object.keys(traits).flatMap((trait) =>
        unknownTrait(section, trait, known, file, ["hubConfig", section, trait]),
      );
    }),
    ...spawnerTraits(file),
  ]);

/** A class that an image of the fleet may bring: said, and left to the hub, which says the same in its log. */
export const hubConfigCanBeCompared: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) =>
    Object.keys(value.hubConfig ?? {}).flatMap((section) =>
      hubClasses.has(section) || nearestClass(section) !== undefined
        ? []
        : [
            new HubfleetError("HUB_CLASS_UNKNOWN", {
              message: `hubfleet knows no class "${section}", so its settings were not compared with anything`,
              hint: "right when the hub's image brings a class of this name; else nothing listens to it",
              at: document.position(["hubConfig", section], "key"),
            }),
          ],
    ),
  );

function misspeltClass(section: string, { document }: File): HubfleetError[] {
  const nearest = nearestClass(section);
  if (nearest === undefined) return [];
  return [
    new HubfleetError("HUB_CONFIG_UNKNOWN", {
      message: `no class of JupyterHub is called "${section}"`,
      hint: `did you mean "${nearest}"?`,
      at: document.position(["hubConfig", section], "key"),
    }),
  ];
}

function unknownTrait(
  section: string,
  trait: string,
  known: ReadonlySet<string>,
  { document }: File,
  path: readonly (string | number)[],
): HubfleetError[] {
  if (known.has(trait)) return [];
  const nearest = nearestName(trait, known);
  return [
    new HubfleetError("HUB_CONFIG_UNKNOWN", {
      message: `"${section}" has no setting "${trait}" (${hubTraitVersions(section)})`,
      hint: nearest === undefined ? `its documentation lists all ${known.size}` : `did you mean "${nearest}"?`,
      at: document.position(path, "key"),
    }),
  ];
}

/** Of what a profile says to KubeSpawner; what has a key of its own is written there. */
const ownKeys: Readonly<Record<string, string>> = {
  image: "notebookImage",
  cpu_limit: "cpuLimit",
  cpu_guarantee: "cpuGuarantee",
  mem_limit: "memoryLimit",
  mem_guarantee: "memoryGuarantee",
  environment: "environment",
};

function spawnerTraits(file: File): HubfleetError[] {
  const known = hubClasses.get("KubeSpawner") ?? new Set();
  return (file.value.profiles ?? []).flatMap((profile, index) =>
    Object.keys(profile.spawner ?? {}).flatMap((trait) => {
      const path = ["profiles", index, "spawner", trait];
      const key = Object.hasOwn(ownKeys, trait) ? ownKeys[trait] : undefined;
      if (key === undefined) return unknownTrait("KubeSpawner", trait, known, file, path);
      const at = file.document.position(path, "key");
      const message = `"${trait}" of a profile has a key of its own`;
      return [new HubfleetError("RESERVED_HUB_CONFIG", { message, hint: `use ${key} of the profile`, at })];
    }),
  );
}

function nearestClass(section: string): string | undefined {
  return nearestName(section, hubClasses.keys());
}
