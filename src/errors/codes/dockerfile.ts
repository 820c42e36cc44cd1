import type { CodeText } from "../code-text.ts";

/** Problems of what a container is made from, found before anything is built. */
export const dockerfileCodes = {
  NO_DOCKERFILE: {
    meaning:
      "An image that is taken from a registry as it is (`from:`) has no Dockerfile, so there is none to show or build.",
    remedy: "Ask for an image with files of its own, or replace `from:` by requirements and a base.",
  },
  VARIANT_WITHOUT_EFFECT: {
    meaning:
      "A variant would get the same container as its image: their Dockerfile does not ask for the variant's lock.",
    remedy: "Write `ARG LOCK=lock.txt` after FROM, and use $LOCK where the Dockerfile says lock.txt.",
  },
  APT_FILE_INVALID: {
    meaning: "A line of an image's apt.txt is not the name of a Debian package.",
    remedy: "Write one package per line: gdal-bin, or gdal-bin=3.6.2+dfsg-1+b2 for exactly one version.",
  },
} as const satisfies Record<string, CodeText>;
