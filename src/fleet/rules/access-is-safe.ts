import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type Rule, settingsOf } from "./rule.ts";

/** What leaves this machine goes over HTTPS. */
export const openAddressesHaveHttps: Rule = ({ written }) =>
  [...written.clusters.files.values()].flatMap(({ value, document }) => {
    if (value.provider !== "local" || value.https !== undefined || isLoopback(value.address)) return [];
    if ("https" in Object(document.value)) return []; // there, but wrong: reported by the schema
    return [
      new HubfleetError("ADDRESS_NEEDS_HTTPS", {
        message: `address "${value.address}" can be reached from other machines, and there is no https`,
        hint: "set https.key and https.certificate, or `address: 127.0.0.1`",
        at: document.position(["address"]),
      }),
    ];
  });

/** A password that everybody knows is good enough on one machine only. */
export const openHubsHaveRealLogins: Rule = ({ hubs, written }) =>
  [...hubs.values()].flatMap((hub) => {
    const cluster = written.clusters.files.get(hub.file.value.cluster ?? "")?.value;
    if (cluster === undefined || (cluster.provider === "local" && isLoopback(cluster.address))) return [];
    if (settingsOf(hub).access?.login?.kind !== "shared-password") return [];
    const where = cluster.provider === "local" ? `at ${cluster.address}` : "on Kubernetes";
    return [
      new HubfleetError("ADDRESS_NEEDS_LOGIN", {
        message: `hub "${hub.name}" can be reached from other machines (${where}) with a shared password`,
        hint: "set access.login.kind to sign-up or github",
        at: hub.position(["access", "login", "kind"]),
      }),
    ];
  });

export const somebodyMayEnter: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) => {
    const { everyone, users = [], admins = [], organizations = [], teams = [] } = settingsOf(hub).access ?? {};
    const message = `nobody may enter hub "${hub.name}"`;
    if (everyone !== true && [...users, ...admins, ...organizations, ...teams].length === 0) {
      const hint = "list users in access.users and access.admins";
      return [new HubfleetError("ACCESS_NOBODY", { message, hint, at: hub.position(["access"]) })];
    }
    if (admins.length > 0) return [];
    return [
      new HubfleetError("ACCESS_NO_ADMIN", {
        message: `hub "${hub.name}" has no admin`,
        hint: "list at least one person in access.admins",
        at: hub.position(["access"]),
      }),
    ];
  });

/** A member of a group of users who may not enter gets nothing from it. */
export const groupMembersMayEnter: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) => {
    const access = settingsOf(hub).access ?? {};
    const { everyone, users = [], admins = [], organizations = [], teams = [], groups = {} } = access;
    if (everyone === true || organizations.length > 0 || teams.length > 0) return [];
    const allowed = new Set([...users, ...admins].map((user) => user.toLowerCase()));
    return Object.entries(groups).flatMap(([group, members]) =>
      members
        .filter((member) => !allowed.has(member.toLowerCase()))
        .map(
          (member) =>
            new HubfleetError("ACCESS_GROUP_STRANGER", {
              message: `"${member}" is in the group of users "${group}" but may not enter hub "${hub.name}"`,
              hint: `add "${member}" to access.users, or take them out of the group`,
              at: hub.position(["access", "groups", group]),
            }),
        ),
    );
  });

/** JupyterHub makes user names lower-case. */
export const userNamesDifferInMoreThanCase: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) => {
    const access = settingsOf(hub).access ?? {};
    return (["users", "admins"] as const).flatMap((key) => {
      const seen = new Map<string, string>();
      return (access[key] ?? []).flatMap((user) => {
        const earlier = seen.get(user.toLowerCase());
        seen.set(user.toLowerCase(), user);
        if (earlier === undefined) return [];
        const message = `"${earlier}" and "${user}" are one user: JupyterHub does not tell upper and lower case apart`;
        const at = hub.position(["access", key]);
        return [new HubfleetError("ACCESS_SAME_USER", { message, hint: "keep one of them", at })];
      });
    });
  });

export function isLoopback(address: string | undefined): boolean {
  return address === undefined || address === "localhost" || address === "::1" || address.startsWith("127.");
}
