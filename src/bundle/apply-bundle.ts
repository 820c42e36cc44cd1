import { HubfleetError } from "../errors/hubfleet-error.ts";
import { type Layer, type LayeredHub, expandGroups, stackLayers, toLayer } from "../fleet/hub-layers.ts";
import { mergeSettings, type Settings } from "../fleet/merge-settings.ts";
import { normalizeFleet } from "../fleet/normalize-fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import { bundleRules } from "../fleet/rules/rules.ts";
import { defaultSettings, settingKeys } from "../fleet/schema/default-settings.ts";
import type { WrittenGroup, WrittenHub, WrittenPlatform } from "../fleet/schema/hub-file.ts";
import type { WrittenImage } from "../fleet/schema/image-file.ts";
import { sortProblems } from "../fleet/sort-problems.ts";
import { splitSpeeds } from "../fleet/split-speeds.ts";
import type { WrittenFile, WrittenFiles, WrittenFleet } from "../fleet/written-fleet.ts";
import type { Bundle } from "./bundle.ts";
import type { FrozenSettings } from "./freeze-gated.ts";
import { frozenDocument } from "./frozen-document.ts";

/**
 * The fleet that hubs run with a bundle: its gated settings of platform and groups, the live ones as they are written
 * now, and every hub's own file as it is now. Problems that only the two together have (a hub's own profile that changes
 * one which the bundle does not know) are found before anything is changed.
 *
 * | from the bundle | from the files as they are now |
 * | --------------- | ------------------------------ |
 * | gated settings of platform and groups, which group includes which, images | live settings, and who includes whom for them |
 * |                 | which hubs there are, their clusters, stages, groups, own settings |
 */
export function applyBundle(reading: FleetReading, bundle: Pick<Bundle, "id" | "document">): FleetReading {
  const { settings, images } = bundle.document;
  const { written } = reading;
  const parts = combine(written, settings);
  const combined: WrittenFleet = {
    ...written,
    ...(parts.platform === undefined ? {} : { platform: parts.platform }),
    groups: parts.groups,
    images: imagesOfBundle(written, images),
  };
  const hubs = new Map([...written.hubs.files].map(([name, file]) => [name, layer(file, written, settings)]));
  const layered = { written: combined, hubs };
  const problems = sortProblems(bundleRules.flatMap((rule) => rule(layered))).map((problem) =>
    inBundle(problem, bundle.id),
  );
  const warnings = sortProblems([...reading.warnings, ...groupsToCome(written, settings, bundle.id)]);
  const shared = { problems: [...reading.problems, ...problems], warnings, written: combined, hubs };
  return shared.problems.length > 0 ? shared : { ...shared, fleet: normalizeFleet(combined, hubs) };
}

/** Platform and groups as rules see them: gated keys of the bundle, live keys of now. */
function combine(
  written: WrittenFleet,
  settings: FrozenSettings,
): { readonly platform?: WrittenFile<WrittenPlatform>; readonly groups: WrittenFiles<WrittenGroup> } {
  const { platform } = written;
  const document = frozenDocument(settings, "platform", platform?.document);
  const names = new Set([...written.groups.names, ...Object.keys(settings.groups)]);
  const groups = [...names].map((name): [string, WrittenFile<WrittenGroup>] => {
    const now = written.groups.files.get(name);
    const frozen = settings.groups[name] ?? { groups: [], settings: {} };
    const value = { ...live(now?.value), ...withFrozen(now?.value, frozen.settings), groups: [...frozen.groups] };
    return [name, { name, value, document: frozenDocument(settings, `groups.${name}`, now?.document) }];
  });
  const value = withFrozen(platform?.value, settings.platform);
  return { platform: { name: "platform", value, document }, groups: { files: new Map(groups), names } };
}

/** Gated layers in the bundle's order, then live ones in today's: no key is in both. */
function layer(file: WrittenFile<WrittenHub>, written: WrittenFleet, settings: FrozenSettings): LayeredHub {
  const own = file.value.groups ?? [];
  const { platform } = written;
  const frozenFile = (name: string, value: object): Layer =>
    toLayer(name.replace(/^groups\./, "group/"), { value, document: frozenDocument(settings, name, undefined) });
  const liveLayer = (name: string, now: WrittenFile<object>): Layer =>
    toLayer(name, { value: live(now.value), document: { ...now.document, value: live(now.value) } });
  const layers: Layer[] = [
    { name: "default", settings: defaultSettings },
    frozenFile("platform", settings.platform),
    ...expandGroups(own, frozenGroups(settings)).map(({ name, value }) =>
      frozenFile(`groups.${name}`, withoutGroups(value)),
    ),
    ...(platform === undefined ? [] : [liveLayer("platform", platform)]),
    ...expandGroups(own, written.groups).map((group) => liveLayer(`group/${group.name}`, group)),
    toLayer(`hub/${file.name}`, file),
  ];
  return stackLayers(file, layers);
}

function frozenGroups(settings: FrozenSettings): WrittenFiles<WrittenGroup> {
  const files = Object.entries(settings.groups).map(([name, group]): [string, WrittenFile<WrittenGroup>] => [
    name,
    {
      name,
      value: { ...group.settings, groups: [...group.groups] },
      document: frozenDocument(settings, name, undefined),
    },
  ]);
  return { files: new Map(files), names: new Set(Object.keys(settings.groups)) };
}

function withoutGroups({ groups: _groups, ...settings }: object & { readonly groups?: unknown }): object {
  return settings;
}

function live(value: object | undefined): Settings {
  return splitSpeeds(Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => settingKeys.has(key)))).live;
}

function withFrozen(value: object | undefined, gated: Settings): Settings {
  return mergeSettings(live(value), gated);
}

/** The bundle's images, with what today's files say beside (tests, descriptions) where they are still there. */
function imagesOfBundle(fleet: WrittenFleet, images: Bundle["document"]["images"]): WrittenFiles<WrittenImage> {
  const whole = Object.entries(images).filter(([, { variantOf }]) => variantOf === undefined);
  const files = whole.map(([name, { role, python, from }]): [string, WrittenFile<WrittenImage>] => {
    const now = fleet.images.files.get(name);
    const variants = Object.entries(images).filter(([, image]) => image.variantOf === name);
    const { from: _from, variants: written, ...kept } = now?.value ?? {};
    const named = variants.map(([variant]) => variant.slice(name.length + 1));
    return [
      name,
      {
        name,
        value: {
          ...kept,
          role,
          python,
          ...(from === undefined ? {} : { from }),
          ...(variants.length === 0
            ? {}
            : {
                variants: Object.fromEntries(
                  named.map((variant) => [variant, written?.[variant] ?? { requirements: "requirements.txt" }]),
                ),
              }),
        },
        document: now?.document ?? frozenDocument({ origins: {}, commit: "" }, `images.${name}`, undefined),
      },
    ];
  });
  return { files: new Map(files), names: new Set(whole.map(([name]) => name)) };
}

function groupsToCome(written: WrittenFleet, settings: FrozenSettings, id: string): HubfleetError[] {
  return [...written.hubs.files.values()].flatMap(({ name, value, document }) =>
    (value.groups ?? []).flatMap((group, index) => {
      if (settings.groups[group] !== undefined) return [];
      const message = `hub "${name}" names group "${group}", which bundle ${id} does not have: its gated settings come with a later one`;
      return [new HubfleetError("GROUP_NOT_IN_BUNDLE", { message, at: document.position(["groups", index]) })];
    }),
  );
}

function inBundle({ code, message, hint, at }: HubfleetError, id: string): HubfleetError {
  return new HubfleetError(code, {
    message: `with bundle ${id}: ${message}`,
    hint: `${hint === undefined ? "" : `${hint}; or `}wait for the bundle that has it`,
    ...(at === undefined ? {} : { at }),
  });
}
