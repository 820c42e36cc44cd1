import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { parseRequirements, type Requirement } from "../../image/requirements.ts";
import type { WrittenFleet } from "../written-fleet.ts";
import { environmentFiles } from "./conda-environments-are-sound.ts";
import type { Rule } from "./rule.ts";

/** A branch or tag of a Git repository is another program tomorrow; other version systems cannot be locked at all. */
export const gitRequirementsNameCommits: Rule = ({ written }) =>
  requirementsOf(written).flatMap(({ requirement, path, line }) => {
    const { what } = requirement;
    if (what.kind !== "git") return [];
    const at = positionOf(what.address, { path, line: requirement.line, text: line });
    if (!what.address.startsWith("git+")) {
      const message = `${JSON.stringify(what.address.split("+")[0])} repositories cannot be locked`;
      return [new HubfleetError("REQUIREMENT_NOT_PINNED", { message, hint: "use Git, or a published package", at })];
    }
    if (/@[0-9a-f]{40}(?:#.*)?$/.test(what.address)) return [];
    return [
      new HubfleetError("REQUIREMENT_NOT_PINNED", {
        message: "a requirement from Git must name the full commit",
        hint: "end the address with @ and the 40 hexadecimal digits of the commit",
        at,
      }),
    ];
  });

/** What lies on one machine cannot be installed on another. */
export const requirementsComeFromAfar: Rule = ({ written }) =>
  requirementsOf(written).flatMap(({ requirement, path, line }) => {
    const { what } = requirement;
    if (what.kind !== "path") return [];
    return [
      new HubfleetError("REQUIREMENT_LOCAL", {
        message: `${JSON.stringify(what.path)} is a path of this machine; the image could not be built on another one`,
        hint: "publish the package, or name it by address and commit: NAME @ git+https://…@<40 hexadecimal digits>",
        at: positionOf(what.path, { path, line: requirement.line, text: line }),
      }),
    ];
  });

/** An address with a password in it would be in Git for ever, and in every image. */
export const requirementsHoldNoLogins: Rule = ({ written }) =>
  requirementsOf(written).flatMap(({ requirement, path, line }) => {
    const login = /\/\/[^/@\s]+:[^/@\s]+@/.exec(requirement.text)?.[0];
    if (login === undefined) return [];
    return [
      new HubfleetError("REQUIREMENT_HOLDS_LOGIN", {
        message: "the address holds a user name and a password",
        hint: "take them out and change that password; the installer finds logins in ~/.netrc or a keyring",
        at: positionOf(login, { path, line: requirement.line, text: line }),
      }),
    ];
  });

/** Each requirement of every image, with the line as written. */
function requirementsOf(
  written: WrittenFleet,
): { readonly requirement: Requirement; readonly path: string; readonly line: string }[] {
  const ofFiles = [...written.snapshot.entries].flatMap(([path, entry]) => {
    const isRequirements =
      /^images\/[^/]+\/[^/]+\.txt$/.test(path) && !/\/(?:apt|runtime|lock|lock\..*)\.txt$/.test(path);
    if (!isRequirements || entry.kind !== "file") return [];
    const text = new TextDecoder().decode(entry.bytes);
    const lines = text.split(/\r?\n/);
    return parseRequirements(text).map((requirement) => ({
      requirement,
      path,
      line: lines[requirement.line - 1] ?? "",
    }));
  });
  return [...ofFiles, ...pipSections(written)];
}

/** Below `- pip:` of an environment.yml stand requirements as well. */
function pipSections(written: WrittenFleet): ReturnType<typeof requirementsOf> {
  return environmentFiles(written).flatMap(({ path, text, reading }) => {
    const lines = typeof text === "string" ? text.split(/\r?\n/) : [];
    return (reading?.environment.pip ?? []).flatMap((entry) => {
      const index = lines.findIndex((line) => line.includes(entry));
      return parseRequirements(entry).map((requirement) => ({
        requirement: { ...requirement, line: Math.max(0, index) + 1 },
        path,
        line: lines[index] ?? "",
      }));
    });
  });
}

function positionOf(
  part: string,
  { path, line, text }: { readonly path: string; readonly line: number; readonly text: string },
): SourcePosition {
  const column = Math.max(0, text.indexOf(part)) + 1;
  return { path, line, column, length: part.length, excerpt: withoutLogin(text) };
}

/** An address may hold a token; it must not travel into a log. */
function withoutLogin(line: string): string {
  return line.replaceAll(/\/\/[^/@\s]+@/g, (login) => `//${"*".repeat(login.length - 3)}@`);
}
