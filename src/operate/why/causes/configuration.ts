import type { Evidence } from "../evidence.ts";
import { type FindCause, finding } from "../finding.ts";
import { findLast } from "../log-lines.ts";

const loginClasses =
  /\b(\w*Authenticator|SharedPassword|SignUp|GitHub)\b|client_id|client_secret|oauth_callback|password is|user_password|admin_password/;

/** What a class of the hub says to a value of `hubConfig` that it cannot take. */
const refusals = /(?:TraitError|ValueError|TypeError): (.*)$|\[C .*\] (.*)$/;

export const secretsUnusable: FindCause = ({ hub, secretsProblem, observed }) =>
  secretsProblem === "" || observed.applied === undefined
    ? []
    : [
        finding({
          cause: "secrets-unusable",
          wrong: "the hub's processes cannot start, and hubfleet cannot ask the hub",
          because: secretsProblem,
          next: [
            "# restore the file from your backup; without one, new secrets are made and everybody logs in again:",
            `hubfleet apply hub/${hub}`,
          ],
        }),
      ];

export const loginMisconfigured: FindCause = (evidence) => {
  const told = refusal(evidence);
  if (told === undefined || !loginClasses.test(told.line)) return [];
  return [
    finding({
      cause: "login-misconfigured",
      wrong: "nobody can log in: the hub refuses its own login settings",
      because: told.words,
      since: told.at,
      next: correct(evidence, "access.login, or hubConfig"),
      lines: [told.line],
    }),
  ];
};

export const settingRefused: FindCause = (evidence) => {
  const told = refusal(evidence);
  if (told === undefined || loginClasses.test(told.line) || !/TraitError/.test(told.line)) return [];
  return [
    finding({
      cause: "setting-refused",
      wrong: "the hub cannot start: it refuses a setting",
      because: told.words,
      since: told.at,
      next: correct(evidence, "hubConfig"),
      lines: [told.line],
    }),
  ];
};

export const settingsNotInEffect: FindCause = ({ hub, observed }) => {
  const { state, currentOnDisk } = observed;
  if (state === undefined || currentOnDisk === undefined || state.current === currentOnDisk) return [];
  return [
    finding({
      cause: "settings-not-in-effect",
      wrong: "users, limits or profiles are not what was last put in place",
      because:
        "the hub has not read its live settings since they were written: the command that wrote them was interrupted",
      next: [`hubfleet apply hub/${hub}`],
    }),
  ];
};

function refusal({
  components,
  observed,
}: Evidence): { line: string; words: string; at: Date | undefined } | undefined {
  if (observed.components.hub.process !== undefined) return undefined;
  const told = findLast(components.hub.lines, refusals);
  if (told === undefined) return undefined;
  return { line: told.line, words: (told.match[1] ?? told.match[2] ?? told.line).trim(), at: told.at };
}

function correct({ hub, hubConfigPlace }: Evidence, key: string): readonly string[] {
  const place = hubConfigPlace ?? `hubs/${hub}.yaml`;
  return [`# correct ${key} (${place})`, "hubfleet validate", `hubfleet up hub/${hub}`];
}
