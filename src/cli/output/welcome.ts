import type { Hub } from "../../fleet/fleet.ts";
import type { HubLogin } from "../../operate/hub-login.ts";
import type { HubStatus } from "../../operate/status.ts";
import type { Paint } from "./paint.ts";

export interface WelcomeProps {
  readonly login: HubLogin;
  readonly paint: Paint;
  /** Passwords are shown on a terminal only; elsewhere the file that holds them is named. */
  readonly showPasswords: boolean;
}

/** Where a hub is and how to get in. */
export function renderWelcome(hub: Hub, status: HubStatus, { login, paint, showPasswords }: WelcomeProps): string {
  const health =
    status.health === "healthy" ? paint("green", "healthy") : paint("red", `${status.health}: ${status.reason}`);
  return `${[`${paint("bold", hub.title)}  ${paint("cyan", status.url)}  ${health}`, ...loginLines(login, showPasswords)].join("\n  ")}\n`;
}

function loginLines(login: HubLogin, showPasswords: boolean): readonly string[] {
  if (login.kind === "github") return ["log in with GitHub"];
  if (login.kind === "sign-up") return signUpLines(login, showPasswords);
  if (!showPasswords) return hiddenLines(login);
  const lines = login.user === undefined ? [] : [`log in as ${login.user}  password ${login.password ?? ""}`];
  return login.admin === undefined
    ? lines
    : [...lines, `admin     ${login.admin}  password ${login.adminPassword ?? ""}`];
}

function hiddenLines({ user, admin, path }: HubLogin): readonly string[] {
  const names = [
    ...(user === undefined ? [] : [`${user} with the sharedPassword`]),
    ...(admin === undefined ? [] : [`admin ${admin} with the adminPassword`]),
  ];
  return [`log in as ${names.join(", or as ")}, both in ${path}`];
}

function signUpLines(login: HubLogin, showPasswords: boolean): readonly string[] {
  const lines = login.user === undefined ? [] : [`sign up as ${login.user} with a password of your own, then log in`];
  if (login.admin === undefined) return lines;
  const password = showPasswords ? `password ${login.adminPassword ?? ""}` : `the adminPassword in ${login.path}`;
  return [...lines, `admin: sign up as ${login.admin} with ${password}`];
}
