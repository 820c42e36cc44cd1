import type { CodeText } from "../code-text.ts";

/** Problems of registries, of the images in them, and of what two images are compared by. */
export const registryCodes = {
  REGISTRY_UNREACHABLE: {
    meaning: "A registry did not answer, or not in time, also when asked again.",
    cause: "It is down or overloaded, its name is misspelt, or this machine has no way to it.",
    remedy: "Run the command again later; the message names the registry and what was in the way.",
  },
  REGISTRY_CERTIFICATE: {
    meaning: "A registry's certificate does not hold here: nothing was sent.",
    cause: "Its authority is unknown to this machine, its time has run out or not begun, or it is for another name.",
    remedy:
      "The message says which. For an authority of your own, put its certificate into /etc/containers/certs.d/REGISTRY/ca.crt, as podman and buildah want it, or name it with NODE_EXTRA_CA_CERTS.",
  },
  REGISTRY_LOGIN: {
    meaning: "A registry wants a login, and there is none here, or not one that it accepts.",
    cause: "Nobody is logged in to it on this machine, or the password was changed or the token has ended.",
    remedy: "Log in with `docker login REGISTRY` (or podman, skopeo); hubfleet reads the same file.",
  },
  REGISTRY_DENIED: {
    meaning: "A registry knows this account and does not let it do this: read, write or remove the image.",
    cause: "The account may not see that repository, or may read it only.",
    remedy: "Ask whoever owns the repository, or log in as somebody who may.",
  },
  REGISTRY_FULL: {
    meaning: "A registry has no room left: its disk is full, or the project's share of it.",
    remedy: "Remove images that nothing uses, or ask whoever runs the registry.",
  },
  REGISTRY_REFUSED: {
    meaning: "A registry does not do what it was asked for, and says so.",
    cause: "It is read-only at the moment, its images may not be removed, or it does not take this kind of image.",
    remedy: "The message holds its own words; its settings can be changed by whoever runs it.",
  },
  REPOSITORY_ABSENT: {
    meaning: "A registry keeps images only in repositories that were made before, and this one was not.",
    remedy: "Make the repository in the registry; its name is in the message.",
  },
  TAG_MOVED: {
    meaning: "A tag of the registry names another image than it should. Nothing was written over it.",
    cause: "Somebody pushed another image under the tag, or two builds of the same inputs differed.",
    remedy:
      "Find out who pushed it; remove the tag in the registry, or change the image's inputs, which changes the tag.",
  },
  ARCHIVE_BROKEN: {
    meaning: "What a builder handed over is no whole image.",
    cause: "The disk was full, the builder was stopped, or it writes a format that hubfleet does not know.",
    remedy: "Run the command again; if it stays, try another builder.",
  },
  IMAGE_NOT_FOUND: {
    meaning: "A registry has no image of that name and digest, or it was not built for the platform asked for.",
    remedy:
      "Compare name and digest with what the registry shows. Images may have been deleted by its retention rules.",
  },
  IMAGE_UNREADABLE: {
    meaning: "What a registry keeps under the digest is no container image that hubfleet can read.",
    cause: "It is a chart, a signature or another artefact, an image of Docker's first format, or a broken layer.",
    remedy: "Name the digest of the image itself, or build it anew with a current builder.",
  },
  DIGEST_MISMATCH: {
    meaning: "A registry sent other bytes than the digest names. They were not used.",
    cause: "Something between here and the registry changes what it sends, or its storage is damaged.",
    remedy: "Run the command again; if it stays, tell whoever runs the registry or the proxy in between.",
  },
  REVISION_UNKNOWN: {
    meaning: "Git knows no such commit, branch or tag here, or the fleet's directory is in no Git repository.",
    remedy: "Write it as `git log` shows it; fetch it first when it is on the server only.",
  },
  LOCK_ABSENT: {
    meaning: "There is no lock to read on one of the sides.",
    remedy: "Lock the image with `hubfleet image lock`, or name a commit in which it was locked.",
  },
} as const satisfies Record<string, CodeText>;
