import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { type DockerfileReference, dockerfileReferences } from "../../image/dockerfile-references.ts";
import type { Rule } from "./rule.ts";

/** Tags move, digests do not: neither an image taken as it is nor what one is built on may change its meaning. */
export const imagesArePinned: Rule = ({ written }) =>
  [...written.images.files.values()].flatMap(({ value, document }) =>
    (["from", "base"] as const).flatMap((key) => {
      const reference = value[key];
      return reference === undefined ? [] : notPinned(reference, document.position([key]));
    }),
  );

export const dockerfilesArePinned: Rule = ({ written }) =>
  [...written.snapshot.entries].flatMap(([path, entry]) => {
    if (!/^images\/[^/]+\/Dockerfile$/.test(path) || entry.kind !== "file") return [];
    return dockerfileReferences(new TextDecoder().decode(entry.bytes)).flatMap((reference) =>
      notPinned(reference.name, positionOf(reference, path)),
    );
  });

function notPinned(reference: string, at: SourcePosition): HubfleetError[] {
  if (/^[^\s@]+@sha256:[0-9a-f]{64}$/.test(reference)) return [];
  const tag = /:([^:/@]+)$/.exec(reference)?.[1];
  const moving = tag === undefined ? "" : `; the tag "${tag}" can mean another image tomorrow`;
  return [
    new HubfleetError("IMAGE_NOT_PINNED", {
      message: `${JSON.stringify(reference)} is not a reference by digest${moving}`,
      hint: "write name@sha256:… with the 64 hexadecimal digits that the registry shows",
      at,
    }),
  ];
}

function positionOf({ line, column, name, text }: DockerfileReference, path: string): SourcePosition {
  return { path, line, column, length: name.length, excerpt: text };
}
