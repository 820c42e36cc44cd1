import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { LayeredHub } from "../hub-layers.ts";
import type { WrittenImage } from "../schema/image-file.ts";
import type { WrittenFile } from "../written-fleet.ts";
import { runtimeOf, usualPython } from "../normalize-image.ts";
import { hasFile, imageFileOf } from "./images-are-sound.ts";
import { isLocal, type LayeredFleet, type Rule, settingsOf } from "./rule.ts";

interface ImageUse {
  readonly role: "hub" | "notebook" | "worker";
  readonly image: string;
  /** The setting that says so. */
  readonly steps: readonly string[];
}

const localFiles = ["requirements.txt", "environment.yml"] as const;

export const hubsHaveImages: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) =>
    (["hub", "notebook"] as const).flatMap((role) => {
      if (settingsOf(hub).images?.[role] !== undefined || isWrittenSomewhere(hub, role)) return [];
      return [
        new HubfleetError("HUB_WITHOUT_IMAGE", {
          message: `hub "${hub.name}" has no ${role} image`,
          hint: `set images.${role} in platform.yaml`,
          at: hub.file.document.position([]),
        }),
      ];
    }),
  );

export const imagesFitTheirRoles: Rule = (fleet) =>
  usesOf(fleet).flatMap(({ hub, use, image }) => {
    const actual = image.value.role;
    const fits = actual === undefined || actual === use.role || (use.role === "worker" && actual === "notebook");
    if (fits) return [];
    const known = [...fleet.written.images.files.values()].filter((other) => other.value.role === use.role);
    return [
      new HubfleetError("IMAGE_ROLE", {
        message: `image "${use.image}" has the role ${actual}; it is used as ${use.role}`,
        hint:
          known.length > 0
            ? `images with the role ${use.role}: ${known.map((other) => other.name).join(", ")}`
            : `set \`role: ${use.role}\` in images/${image.name}/image.yaml`,
        at: hub.position(use.steps),
      }),
    ];
  });

/** A local hub runs environments, made of packages from PyPI or of conda. */
export const localHubsUseLocalImages: Rule = (fleet) =>
  usesOf(fleet).flatMap(({ hub, use, image }) => {
    if (isLocal(hub, fleet) !== true || hasFile(image, fleet.written, localFiles)) return [];
    // An image without any contents has been reported where it is written.
    if (image.value.from === undefined && !hasFile(image, fleet.written, ["Dockerfile"])) return [];
    return [
      new HubfleetError("IMAGE_NOT_LOCAL", {
        message: `image "${use.image}" has neither requirements.txt nor environment.yml, so a hub on a local cluster cannot run it`,
        hint: `add images/${use.image}/requirements.txt, or choose another image for hub "${hub.name}"`,
        at: hub.position(use.steps),
      }),
    ];
  });

/** Functions do not travel between Python minors: a notebook and its workers need the same. */
export const workersShareTheirNotebooksPython: Rule = (fleet) =>
  [...fleet.hubs.values()].flatMap((hub) => {
    const { images = {}, profiles = [] } = settingsOf(hub);
    const pairs = [
      { notebook: images.notebook, worker: images.worker, steps: ["images", "worker"] },
      ...profiles.map((profile) => ({
        notebook: profile.notebookImage ?? images.notebook,
        worker: profile.workerImage ?? profile.notebookImage ?? images.worker,
        steps: ["profiles", profile.id, profile.workerImage === undefined ? "notebookImage" : "workerImage"],
      })),
    ];
    return pairs.flatMap(({ notebook, worker, steps }) => {
      const [left, right] = [pythonOf(notebook, fleet), pythonOf(worker, fleet)];
      if (left === undefined || right === undefined || left === right) return [];
      return [
        new HubfleetError("PYTHON_MISMATCH", {
          message: `worker image "${worker}" has Python ${right}, notebook image "${notebook}" has Python ${left}`,
          hint: "give both the same `python` in their image.yaml",
          at: hub.position(steps),
        }),
      ];
    });
  });

function usesOf(
  fleet: LayeredFleet,
): { readonly hub: LayeredHub; readonly use: ImageUse; readonly image: WrittenFile<WrittenImage> }[] {
  return [...fleet.hubs.values()].flatMap((hub) =>
    imageUses(hub).flatMap((use) => {
      const image = imageFileOf(use.image, fleet.written);
      return image === undefined ? [] : [{ hub, use, image }];
    }),
  );
}

function imageUses(hub: LayeredHub): ImageUse[] {
  const { images = {}, profiles = [] } = settingsOf(hub);
  const roles = (["hub", "notebook", "worker"] as const).flatMap((role) => {
    const image = images[role];
    return image === undefined ? [] : [{ role, image, steps: ["images", role] }];
  });
  const offered = profiles.flatMap(({ id, notebookImage, workerImage }) => [
    ...(notebookImage === undefined
      ? []
      : [{ role: "notebook" as const, image: notebookImage, steps: ["profiles", id, "notebookImage"] }]),
    ...(workerImage === undefined
      ? []
      : [{ role: "worker" as const, image: workerImage, steps: ["profiles", id, "workerImage"] }]),
  ]);
  return [...roles, ...offered];
}

function pythonOf(image: string | undefined, { written }: LayeredFleet): string | undefined {
  const file = image === undefined ? undefined : imageFileOf(image, written);
  if (file === undefined || file.value.from !== undefined) return undefined;
  return file.value.python ?? runtimeOf(file.name, written.snapshot) ?? usualPython;
}

/** A wrong value for the role is in some layer's file and has been reported there. */
function isWrittenSomewhere(hub: LayeredHub, role: string): boolean {
  return hub.layers.some(({ document }) => {
    const images: unknown = (Object(document?.value) as { images?: unknown }).images; // any shape may be written
    return typeof images !== "object" ? images !== undefined : role in Object(images);
  });
}
