import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type Rule, settingsFiles } from "./rule.ts";

export const stagesAreDistinct: Rule = ({ written }) => {
  const stages = written.fleet?.value.stages ?? [];
  return repeated(stages.map((stage) => stage.name)).map(
    ([name, index]) =>
      new HubfleetError("DUPLICATE_STAGE", {
        message: `the stage "${name}" is there twice`,
        hint: "rename or remove one of them",
        ...(written.fleet === undefined ? {} : { at: written.fleet.document.position(["stages", index, "name"]) }),
      }),
  );
};

export const profilesAreDistinct: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) =>
    repeated((value.profiles ?? []).map((profile) => profile.id)).map(
      ([id, index]) =>
        new HubfleetError("DUPLICATE_PROFILE", {
          message: `the profile "${id}" is there twice`,
          hint: "merge them, or give one another id",
          at: document.position(["profiles", index, "id"]),
        }),
    ),
  );

export const twinsAreOtherHubs: Rule = ({ written }) =>
  [...written.hubs.files.values()].flatMap(({ name, value, document }) =>
    value.twin === name
      ? [
          new HubfleetError("TWIN_IS_SELF", {
            message: `hub "${name}" is its own twin`,
            hint: "name the hub of an earlier stage on which the same community tries changes",
            at: document.position(["twin"]),
          }),
        ]
      : [],
  );

/** Names that were there before, with their place in the list. */
function repeated(names: readonly (string | undefined)[]): [string, number][] {
  return names.flatMap((name, index) =>
    name !== undefined && names.indexOf(name) < index ? [[name, index] satisfies [string, number]] : [],
  );
}
