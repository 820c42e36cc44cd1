import { HubfleetError } from "../../errors/hubfleet-error.ts";
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

/** Tags move, digests do not. */
export const imagesArePinned: Rule = ({ written }) =>
  [...written.images.files.values()].flatMap(({ value, document }) => {
    const { from } = value;
    if (from === undefined || /^[^\s@]+@sha256:[0-9a-f]{64}$/.test(from)) return [];
    const tag = /:([^:/@]+)$/.exec(from)?.[1];
    const moving = tag === "latest" || tag === "dev" ? `; the tag "${tag}" is refused, it changes its meaning` : "";
    return [
      new HubfleetError("IMAGE_NOT_PINNED", {
        message: `${JSON.stringify(from)} is not a reference by digest${moving}`,
        hint: "write name@sha256:… with the 64 hexadecimal digits that the registry shows",
        at: document.position(["from"]),
      }),
    ];
  });

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

/** A branch or tag of a Git repository is another program tomorrow. */
export const gitRequirementsNameCommits: Rule = ({ written }) =>
  [...written.snapshot.entries].flatMap(([path, entry]) => {
    if (!/^images\/[^/]+\/[^/]*requirements[^/]*\.txt$/.test(path) || entry.kind !== "file") return [];
    const lines = new TextDecoder().decode(entry.bytes).split(/\r?\n/);
    return lines.flatMap((line, index) => {
      const start = line.search(/git\+[a-z]+:/);
      if (start === -1 || /^\s*#/.test(line)) return [];
      const reference = line.slice(start).split(/[\s;#]/)[0] ?? "";
      if (/@[0-9a-f]{40}$/.test(reference)) return [];
      return [
        new HubfleetError("REQUIREMENT_NOT_PINNED", {
          message: "a requirement from Git must name the full commit",
          hint: "end the address with @ and the 40 hexadecimal digits of the commit",
          at: { path, line: index + 1, column: start + 1, length: reference.length, excerpt: withoutLogin(line) },
        }),
      ];
    });
  });

export function hasFile(
  image: WrittenFile<WrittenImage>,
  { snapshot }: WrittenFleet,
  files: readonly string[],
): boolean {
  return files.some((file) => snapshot.entries.get(`images/${image.name}/${file}`)?.kind === "file");
}

/** An address may hold a token; it must not travel into a log. */
function withoutLogin(line: string): string {
  return line.replaceAll(/\/\/[^/@\s]+@/g, (login) => `//${"*".repeat(login.length - 3)}@`);
}
