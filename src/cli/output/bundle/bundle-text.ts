import type { BundleList, ShownBundle } from "../../../app/bundle-use-cases.ts";

import type { BundleDocument, BundleImage } from "../../../bundle/bundle-schema.ts";
import { differenceSentence } from "../../../bundle/diff-bundles.ts";
import type { MadeBundle } from "../../../operate/bundles/make-bundle.ts";
import { gateLine } from "../promotion/gate-line.ts";
import { renderTable } from "../table.ts";
import { layersOf, shownValue } from "./shown-settings.ts";

export function renderMadeBundle(made: MadeBundle): string {
  const { bundle, sentence, ran, passedBefore, notTried, withoutContainer, leftOut } = made;
  const { id, document } = bundle;
  return [
    `bundle ${id}, of commit ${document.commit.slice(0, 12)}: ${sentence}`,
    ...ran.map((check) => `  ${check}: passed`),
    ...passedBefore.map((check) => `  ${check}: passed before, not run again`),
    ...notTried.map(({ check, why }) => `  ${check}: not tried, for ${why}`),
    ...[...Map.groupBy(withoutContainer, ({ why }) => why)].map(
      ([why, images]) =>
        `  no container yet, which hubs on Kubernetes need: ${images.map(({ image }) => image).join(", ")} (${why})`,
    ),
    ...(leftOut.length === 0 ? [] : [`  in no commit as they are, so no part of it: ${firstOf(leftOut)}`]),
    "",
  ].join("\n");
}

function firstOf(paths: readonly string[]): string {
  return paths.length > 5 ? `${paths.slice(0, 5).join(", ")} and ${paths.length - 5} more` : paths.join(", ");
}

export function renderBundleList({ bundles, places }: Pick<BundleList, "bundles" | "places">): string {
  if (bundles.length === 0) return "no bundle was made yet: `hubfleet bundle new` makes one of what is committed\n";
  const rows = bundles.map(({ id, digest, document: { madeAt, commit, parent, patch, images } }) => [
    id,
    (places.get(digest) ?? []).join(", "),
    `${madeAt.slice(0, 16).replace("T", " ")} UTC`,
    commit.slice(0, 12),
    Object.keys(images).join(", "),
    patch === undefined ? (parent === undefined ? "the first" : `after ${parent.id}`) : `patch of ${patch.from.id}`,
  ]);
  return renderTable(["BUNDLE", "IN", "MADE", "COMMIT", "IMAGES", ""], rows);
}

export function renderBundle({ bundle, difference, checks, whereabouts }: ShownBundle): string {
  const { id, digest, document } = bundle;
  const { madeAt, commit, parent, renderer, jupyterhub, images, charts, settings, versions } = document;
  const facts = [
    ["bundle", id],
    ["digest", digest],
    ["made", `${madeAt.slice(0, 19).replace("T", " ")} UTC`],
    ["commit", commit],
    ...(parent === undefined ? [] : [["after", parent.id]]),
    ...(difference === undefined || parent === undefined
      ? []
      : [["changes", differenceSentence(difference, parent.id)]]),
    ...(jupyterhub === undefined ? [] : [["JupyterHub", jupyterhub]]),
    ["in", whereabouts.places.length === 0 ? "no stage" : whereabouts.places.join(", ")],
    ...(whereabouts.next === undefined ? [] : [["next", gateLine(id, whereabouts.next.stage, whereabouts.next.gate)]]),
    ["renderer", renderer],
    [
      "versions",
      Object.entries(versions)
        .map((pair) => pair.join(" "))
        .join(", "),
    ],
    ...checks.passed.map(({ check }) => ["passed", check]),
    ...checks.missing.map(({ check }) => ["not passed", check]),
  ];
  const own = Object.entries(images).map(([name, image]) => [
    name,
    image.role,
    image.python,
    lockWords(image),
    containerWords(image),
  ]);
  const chartRows = Object.entries(charts).map(([name, chart]) => [name, chart.version, chart.digest]);
  const settingRows = settingsRows(settings);
  return [
    facts.map(([key = "", value = ""]) => `${`${key}:`.padEnd(12)}${value}\n`).join(""),
    renderTable(["IMAGE", "ROLE", "PYTHON", "LOCK", "CONTAINER"], own),
    ...(chartRows.length === 0 ? [] : [renderTable(["CHART", "VERSION", "DIGEST"], chartRows)]),
    ...(settingRows.length === 0 ? [] : [renderTable(["SETTING", "VALUE", "WRITTEN AT"], settingRows)]),
  ].join("\n");
}

function lockWords({ lock, from }: BundleImage): string {
  if (lock !== undefined) return lock.slice(0, 19);
  return from === undefined ? "none" : "taken as it is";
}

function containerWords({ container }: BundleImage): string {
  return container === "none yet" ? container : `${container.reference} (${container.platforms.join(", ")})`;
}

function settingsRows(settings: BundleDocument["settings"]): readonly (readonly string[])[] {
  return layersOf(settings).map(({ path, value, origin }) => [path, shownValue(value), origin ?? ""]);
}
