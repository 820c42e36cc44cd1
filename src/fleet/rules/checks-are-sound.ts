import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type Rule, settingsFiles, settingsOf, unknownName } from "./rule.ts";

export const checkFilesExist: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) =>
    (value.checks ?? []).flatMap(({ file }, index) => {
      if (file === undefined || fleet.written.snapshot.entries.get(file)?.kind === "file") return [];
      return [
        new HubfleetError("FILE_MISSING", {
          message: `there is no file "${file}" in the fleet`,
          hint: "add it, or correct the path; paths start at the fleet's directory",
          at: document.position(["checks", index, "file"]),
        }),
      ];
    }),
  );

export const checksAreDistinct: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) => {
    const names = (value.checks ?? []).map(({ name }) => name);
    return names.flatMap((name, index) =>
      name === undefined || names.indexOf(name) === index
        ? []
        : [
            new HubfleetError("DUPLICATE_CHECK", {
              message: `the check "${name}" is there twice`,
              hint: "rename or remove one of them",
              at: document.position(["checks", index, "name"]),
            }),
          ],
    );
  });

/** In the merged settings: a group's checks may name a profile that only its hubs have. */
export const checksNameKnownProfiles: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) => {
    const { checks = [], profiles = [] } = settingsOf(hub);
    const known = new Set(profiles.filter(({ remove }) => remove !== true).map(({ id }) => id));
    return checks.flatMap(({ profile }) =>
      profile === undefined
        ? []
        : unknownName({
            code: "UNKNOWN_PROFILE",
            kind: "profile",
            name: profile,
            known,
            at: hub.position(["checks"]),
          }),
    );
  });
