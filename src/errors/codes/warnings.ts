import type { CodeText } from "../code-text.ts";

/** Nothing that stops a fleet, but probably not meant. */
export const warningCodes = {
  ACCESS_NOBODY: { meaning: "Nobody may enter the hub.", remedy: "List users or admins, or set access.everyone." },
  ACCESS_NO_ADMIN: {
    meaning: "The hub has no admin, so nobody can help its users from inside.",
    remedy: "List at least one person in access.admins.",
  },
  ACCESS_GROUP_STRANGER: {
    meaning: "A group of users has a member who may not enter the hub.",
    remedy: "Add the person to access.users, or remove them from the group.",
  },
  ACCESS_SAME_USER: {
    meaning: "Two user names differ only in upper and lower case; JupyterHub treats them as one.",
    remedy: "Keep the lower-case one.",
  },
  UUID_PLACEHOLDER: {
    meaning: "fleet.yaml has the uuid of the example. Two such fleets would share their state on a machine.",
    remedy: "Write a uuid of the fleet's own before anything of it runs.",
  },
  LOGIN_WITHOUT_PAGE: {
    meaning: "Somebody has a login at a hub that is on a cluster, where hubs have no page for signing.",
    remedy:
      "They sign with `hubfleet signoff BUNDLE --stage STAGE`; or give them a login at a hub with `provider: local`.",
  },
  TWIN_NOT_EARLIER: {
    meaning: "A hub's twin is not in an earlier stage, so that changes do not reach it first.",
    remedy: "Name a hub of an earlier stage.",
  },
  STAGE_CANNOT_PASS: {
    meaning: "A stage asks for more people or hubs than the fleet has, so that its gate stays shut.",
    remedy: "Ask for fewer, or add to `people` or to the stage's hubs.",
  },
  HUB_IMAGE_UNCOMPARED: {
    meaning: "Whether a hub image fits the jupyterhub chart of its hub could not be seen.",
    remedy: "Write the tag before the base's digest, or compare the versions by hand.",
  },
  IMAGE_FILE_NOT_CARRIED: {
    meaning: "An image's directory has a file that other tools build from and that hubfleet does not carry out.",
    remedy: "Do what the hint says; `hubfleet image show` lists what becomes of each file.",
  },
  FILE_OVERLOOKED: {
    meaning: "A file or directory is nearly named like one of the fleet's, and is not looked at.",
    remedy: "Rename it if it belongs to the fleet; otherwise nothing needs to be done.",
  },
} as const satisfies Record<string, CodeText>;
