import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { baseTag } from "../../image/container/base-tag.ts";
import { dockerfileReferences } from "../../image/dockerfile-references.ts";
import { runtimeOf, usualPython } from "../normalize-image.ts";
import type { WrittenImage } from "../schema/image-file.ts";
import type { WrittenFile, WrittenFleet } from "../written-fleet.ts";
import { type HubChartVersion, hubChartVersions } from "./hub-chart-versions.ts";
import { imageFileOf } from "./images-are-sound.ts";
import { isLocal, type LayeredFleet, type Rule, settingsOf } from "./rule.ts";

/** A hub on Kubernetes, the chart that runs it, and the image that the chart is told to run. */
interface ChartUse {
  readonly hub: string;
  readonly chart: string;
  /** Undefined: not in the table. */
  readonly known: HubChartVersion | undefined;
  /** Where the chart's version is written. */
  readonly at: SourcePosition;
  readonly image: string;
  readonly file: WrittenFile<WrittenImage>;
}

/** An image that something is built on, and where that is written. */
interface Base {
  readonly reference: string;
  readonly at: SourcePosition;
}

/**
 * The chart's templates and the program in the hub image are of one release: its configuration is read by the image's
 * KubeSpawner, its database by the image's JupyterHub. Each hub is judged by its own chart.
 */
export const hubImagesMatchTheirChart: Rule = (fleet) =>
  chartUses(fleet).flatMap((use) => [
    ...hubBases(use, fleet.written).flatMap((base) => [
      ...wrongTag(use, base),
      ...wrongPython(use, base, fleet.written),
    ]),
    ...wrongJupyterHub(use, fleet.written),
  ]);

/** Warns where there is nothing to compare, so that silence means that something was compared. */
export const hubImagesCanBeCompared: Rule = (fleet) =>
  chartUses(fleet).flatMap((use) => [
    ...(use.known === undefined ? [unknownChart(use)] : []),
    ...hubBases(use, fleet.written).flatMap((base) =>
      baseTag(base.reference) === undefined ? [withoutTag(use, base)] : [],
    ),
  ]);

function chartUses(fleet: LayeredFleet): readonly ChartUse[] {
  return [...fleet.hubs.values()].flatMap((hub) => {
    const { images = {}, charts = {} } = settingsOf(hub);
    const chart = charts.jupyterhub?.version;
    const file = images.hub === undefined ? undefined : imageFileOf(images.hub, fleet.written);
    if (isLocal(hub, fleet) !== false || chart === undefined || images.hub === undefined || file === undefined)
      return [];
    const at = hub.position(["charts", "jupyterhub", "version"]);
    return [{ hub: hub.name, chart, known: hubChartVersions.get(chart), at, image: images.hub, file }];
  });
}

/** What of the hub image's bases is the chart's own hub image, from whatever registry. */
function hubBases({ file }: ChartUse, { snapshot }: WrittenFleet): readonly Base[] {
  const path = `images/${file.name}/Dockerfile`;
  const entry = snapshot.entries.get(path);
  const text = entry?.kind === "file" ? new TextDecoder().decode(entry.bytes) : "";
  const written = (["from", "base"] as const).flatMap((key) => {
    const reference = file.value[key];
    return reference === undefined ? [] : [{ reference, at: file.document.position([key]) }];
  });
  // With a Dockerfile, `base` is what nothing is built on.
  const bases =
    text.trim() === ""
      ? written
      : dockerfileReferences(text).map(({ name, line, column, text: excerpt }) => {
          return { reference: name, at: { path, line, column, length: name.length, excerpt } };
        });
  return bases.filter(({ reference }) => /(?:^|\/)k8s-hub(?:-slim)?(?:[:@]|$)/.test(reference));
}

function wrongTag(use: ChartUse, { reference, at }: Base): readonly HubfleetError[] {
  const tag = baseTag(reference);
  if (tag === undefined || tag === use.chart) return [];
  const name = reference.replace(/(?::[^/@:]*)?@.*$/, "");
  return [
    mismatch(
      `hub image "${use.image}" is built on k8s-hub ${tag}, and hub "${use.hub}" uses the jupyterhub chart ${use.chart} (${place(use)})`,
      `\`hubfleet image pin ${use.file.name} ${name}:${use.chart}\` looks that base's digest up; or set charts.jupyterhub.version to ${tag}`,
      at,
    ),
  ];
}

/** Packages of one Python minor cannot be added to another. */
function wrongPython(use: ChartUse, { reference, at }: Base, { snapshot }: WrittenFleet): readonly HubfleetError[] {
  const brought = hubChartVersions.get(baseTag(reference) ?? "")?.python;
  const wanted = use.file.value.python ?? runtimeOf(use.file.name, snapshot) ?? usualPython;
  if (brought === undefined || brought === wanted || use.file.value.from !== undefined) return [];
  return [
    mismatch(
      `hub image "${use.image}" has Python ${wanted}, and k8s-hub ${baseTag(reference)} that it is built on has Python ${brought}`,
      `write \`python: "${brought}"\` in images/${use.file.name}/image.yaml and run \`hubfleet image lock ${use.file.name}\``,
      at,
    ),
  ];
}

function wrongJupyterHub(use: ChartUse, { snapshot }: WrittenFleet): readonly HubfleetError[] {
  const { known, image, file, hub, chart } = use;
  const [, variant] = image.split("/");
  const path = `images/${file.name}/lock${variant === undefined ? "" : `.${variant}`}.txt`;
  const entry = snapshot.entries.get(path);
  if (known === undefined || entry?.kind !== "file") return [];
  const lines = new TextDecoder().decode(entry.bytes).split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const locked =
      /^jupyterhub==([^\s;\\]+)/i.exec(line)?.[1] ?? /^@conda .*\/jupyterhub-(?:base-)?(\d[^-/]*)-/.exec(line)?.[1];
    if (locked === undefined || locked === known.jupyterhub) return [];
    return [
      mismatch(
        `hub image "${image}" has jupyterhub ${locked}, and the jupyterhub chart ${chart} of hub "${hub}" (${place(use)}) is made for ${known.jupyterhub}`,
        `write jupyterhub==${known.jupyterhub} where images/${file.name} says what is in it, and run \`hubfleet image lock ${image}\``,
        { path, line: index + 1, column: 1, length: line.replace(/\s*\\$/, "").length, excerpt: line },
      ),
    ];
  });
}

function unknownChart({ hub, chart, at, image }: ChartUse): HubfleetError {
  return new HubfleetError("HUB_IMAGE_UNCOMPARED", {
    message: `which JupyterHub the jupyterhub chart ${chart} is made for is not known here, so image "${image}" of hub "${hub}" was not compared with it`,
    hint: `compare by hand: the chart's appVersion is the version that jupyterhub must have in the image; a newer hubfleet may know the chart`,
    at,
  });
}

function withoutTag({ hub, chart, image }: ChartUse, { reference, at }: Base): HubfleetError {
  return new HubfleetError("HUB_IMAGE_UNCOMPARED", {
    message: `a digest does not say which version it is, so the base of image "${image}" was not compared with the chart ${chart} of hub "${hub}"`,
    hint: `write the tag before the digest: ${reference.replace(/@.*$/, "")}:${chart}@sha256:…; the digest is what counts, the tag is for reading`,
    at,
  });
}

function mismatch(message: string, hint: string, at: SourcePosition): HubfleetError {
  return new HubfleetError("HUB_IMAGE_MISMATCH", { message, hint, at });
}

function place({ at }: ChartUse): string {
  return `${at.path}:${at.line}`;
}
