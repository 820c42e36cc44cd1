import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { parseAptFile } from "../../image/container/apt-file.ts";
import { nearestName } from "../../errors/nearest-name.ts";
import { imageInputs, parseRuntime } from "../image-inputs.ts";
import type { WrittenImage } from "../schema/image-file.ts";
import type { WrittenFile, WrittenFleet } from "../written-fleet.ts";
import type { Rule } from "./rule.ts";

/** Files that say what is in an image. */
const contentFiles = ["requirements.txt", "environment.yml", "Dockerfile"] as const;

export const imagesHaveContents: Rule = ({ written }) =>
  [...written.images.files.values()].flatMap((image) => {
    const hasContent = contentFiles.some((file) => written.snapshot.entries.has(`images/${image.name}/${file}`));
    if ("from" in Object(image.document.value) || hasContent) return [];
    return [
      new HubfleetError("IMAGE_WITHOUT_CONTENTS", {
        message: `image "${image.name}" has neither a requirements.txt nor \`from\``,
        hint: `add images/${image.name}/requirements.txt with a package per line`,
        at: image.document.position([]),
      }),
    ];
  });

/** A directory under images/ that has no image.yaml would be overlooked. */
export const imageDirectoriesHaveImageFiles: Rule = ({ written }) =>
  [...written.snapshot.entries].flatMap(([path, entry]) => {
    const name = /^images\/([^/]+)$/.exec(path)?.[1];
    if (name === undefined || written.images.names.has(name) || name.endsWith(".md") || name.startsWith(".")) return [];
    const at = { path, line: 1, column: 1 };
    if (entry.kind !== "directory") {
      const message = `"${path}" would be overlooked: each image is a directory`;
      return [new HubfleetError("FILE_UNEXPECTED", { message, hint: "make it images/NAME/image.yaml", at })];
    }
    const message = `there is no "${path}/image.yaml"`;
    return [new HubfleetError("FILE_MISSING", { message, hint: "add it, with `version: 1` and `role: notebook`", at })];
  });

/** Two files that name the Python version must name the same. */
export const runtimesAgree: Rule = ({ written }) =>
  [...written.images.files.values()].flatMap(({ name, value, document }) => {
    const path = `images/${name}/runtime.txt`;
    const entry = written.snapshot.entries.get(path);
    if (entry?.kind !== "file") return [];
    const text = new TextDecoder().decode(entry.bytes).trim();
    const runtime = parseRuntime(text);
    const at = { path, line: 1, column: 1, length: text.length, excerpt: text };
    if (runtime === undefined) {
      const message = `${JSON.stringify(text)} is no Python version`;
      return [new HubfleetError("RUNTIME_INVALID", { message, hint: "write python-3.11, or use image.yaml", at })];
    }
    if (value.python === undefined || value.python === runtime) return [];
    return [
      new HubfleetError("RUNTIME_INVALID", {
        message: `runtime.txt says Python ${runtime}, image.yaml says ${value.python}`,
        hint: "keep one of them",
        at: document.position(["python"]),
      }),
    ];
  });

/** Lines of an apt.txt become words of a command: each must be a package. */
export const aptFilesAreSound: Rule = ({ written }) =>
  [...written.images.files.keys()].flatMap((name) => {
    const path = `images/${name}/apt.txt`;
    const entry = written.snapshot.entries.get(path);
    return entry?.kind === "file" ? parseAptFile(path, new TextDecoder().decode(entry.bytes)).problems : [];
  });

/** Warns of files that other tools would carry out. */
export const imageFilesAreCarriedOut: Rule = ({ written }) =>
  [...written.images.files.keys()].flatMap((name) =>
    imageInputs(name, written.snapshot).flatMap(({ path, meaning, instead }) =>
      instead === undefined
        ? []
        : [
            new HubfleetError("IMAGE_FILE_NOT_CARRIED", {
              message: `"${path}" (${meaning}) has no effect`,
              hint: instead,
              at: { path, line: 1, column: 1 },
            }),
          ],
    ),
  );

export const variantFilesExist: Rule = ({ written }) =>
  [...written.images.files.values()].flatMap(({ name, value, document }) => {
    const variants = Object.entries(value.variants ?? {}).map(
      ([variant, { requirements }]) => [requirements, ["variants", variant, "requirements"]] as const,
    );
    const tests = (value.tests ?? []).map((test, index) => [test, ["tests", index]] as const);
    return [...variants, ...tests].flatMap(([file, path]) =>
      written.snapshot.entries.has(`images/${name}/${file}`)
        ? []
        : [
            new HubfleetError("FILE_MISSING", {
              message: `there is no "images/${name}/${file}"`,
              hint: "add the file, or correct the path",
              at: document.position(path),
            }),
          ],
    );
  });

/** Hidden directories are not in the snapshot, and nothing is said about paths that lead there. */
export const countedPathsExist: Rule = ({ written }) =>
  [...written.images.files.values()].flatMap(({ value, document }) =>
    (value.paths ?? []).flatMap((path, index) => {
      const steps = path.split("/").filter((step) => step !== "" && step !== ".");
      const isHidden = steps.some((step) => step.startsWith(".") || step === "node_modules");
      if (steps.length === 0 || isHidden || written.snapshot.entries.has(steps.join("/"))) return [];
      const nearest = nearestName(steps.join("/"), written.snapshot.entries.keys());
      return [
        new HubfleetError("FILE_MISSING", {
          message: `there is no "${path}"`,
          hint: nearest === undefined ? "write the path from the fleet's directory on" : `did you mean "${nearest}"?`,
          at: document.position(["paths", index]),
        }),
      ];
    }),
  );

export function hasFile(
  image: WrittenFile<WrittenImage>,
  { snapshot }: WrittenFleet,
  files: readonly string[],
): boolean {
  return files.some((file) => snapshot.entries.get(`images/${image.name}/${file}`)?.kind === "file");
}

/** The file of an image, or of the image that a variant belongs to. */
export function imageFileOf(name: string, { images }: WrittenFleet): WrittenFile<WrittenImage> | undefined {
  return images.files.get(name.split("/")[0] ?? "");
}
