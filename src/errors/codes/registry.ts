import type { CodeText } from "../code-text.ts";

/** Problems of registries, of the images in them, and of what two images are compared by. */
export const registryCodes = {
  REGISTRY_UNREACHABLE: {
    meaning: "A registry did not answer, or not in time, also when asked again.",
    cause: "It is down or overloaded, its certificate is not trusted here, or this machine has no way to it.",
    remedy: "Run the command again later; the message names the registry and what was in the way.",
  },
  REGISTRY_DENIED: {
    meaning: "A registry does not let this account read the image.",
    cause: "Nobody is logged in to it here, the login has ended, or the account may not see that repository.",
    remedy: "Log in with `docker login REGISTRY` (or podman, skopeo); hubfleet reads the same file.",
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
