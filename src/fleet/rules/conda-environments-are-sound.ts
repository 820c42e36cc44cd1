import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { pythonMinorOf } from "../../image/conda/conda-python.ts";
import { type EnvironmentFileReading, parseEnvironmentFile } from "../../image/conda/environment-file.ts";
import { decodeText } from "../yaml/decode-text.ts";
import { runtimeOf, usualPython } from "../normalize-image.ts";
import type { WrittenFleet } from "../written-fleet.ts";
import type { Rule } from "./rule.ts";

/** The environment.yml of every image, as read; undefined where the bytes are no text. */
export function environmentFiles({ snapshot }: WrittenFleet): readonly {
  readonly image: string;
  readonly path: string;
  readonly text: string | HubfleetError;
  readonly reading: EnvironmentFileReading | undefined;
}[] {
  return [...snapshot.entries].flatMap(([path, entry]) => {
    const image = /^images\/([^/]+)\/environment\.yml$/.exec(path)?.[1];
    if (image === undefined || entry.kind !== "file" || entry.bytes === undefined) return [];
    const text = decodeText(path, entry.bytes);
    return [{ image, path, text, reading: typeof text === "string" ? parseEnvironmentFile(path, text) : undefined }];
  });
}

/** What stands in an environment.yml is carried out, all of it, or refused with its place. */
export const environmentFilesAreSound: Rule = ({ written }) =>
  environmentFiles(written).flatMap(({ text, reading }) =>
    typeof text === "string" ? (reading?.problems ?? []) : [text],
  );

/** image.yaml says what the other images are compared with, so environment.yml may not install another Python. */
export const environmentFilesAgreeOnPython: Rule = ({ written }) =>
  environmentFiles(written).flatMap(({ image, reading }) => {
    const file = written.images.files.get(image);
    if (file === undefined || reading?.document === undefined) return [];
    const { document, environment } = reading;
    const wanted = file.value.python ?? runtimeOf(image, written.snapshot) ?? usualPython;
    return environment.dependencies.flatMap((spec) => {
      const minor = pythonMinorOf(spec);
      if (minor === undefined || minor === wanted) return [];
      return [
        new HubfleetError("PYTHON_MISMATCH", {
          message: `environment.yml installs Python ${minor}, image "${image}" has Python ${wanted}`,
          hint: `write \`python: "${minor}"\` in images/${image}/image.yaml, or \`python=${wanted}\` here`,
          at: document.position(["dependencies", indexOfSpec(document.value, spec)]),
        }),
      ];
    });
  });

function indexOfSpec(value: unknown, spec: string): number {
  const { dependencies } = Object(value) as { dependencies?: unknown };
  return Array.isArray(dependencies)
    ? dependencies.findIndex((one) => typeof one === "string" && one.trim() === spec)
    : 0;
}
