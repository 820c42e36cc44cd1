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
} as const satisfies Record<string, CodeText>;
