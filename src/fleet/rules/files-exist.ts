import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type Rule, settingsFiles } from "./rule.ts";

export const appearanceFilesExist: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) =>
    (["logo", "templates"] as const).flatMap((key) => {
      const path = value.appearance?.[key];
      if (path === undefined) return [];
      const entry = fleet.written.snapshot.entries.get(path.replace(/\/+$/, ""));
      const wanted = key === "logo" ? "file" : "directory";
      if (entry?.kind === wanted) return [];
      const message =
        entry === undefined ? `there is no ${wanted} "${path}" in the fleet` : `"${path}" is not a ${wanted}`;
      const hint = "add it, or correct the path; paths start at the fleet's directory";
      return [new HubfleetError("FILE_MISSING", { message, hint, at: document.position(["appearance", key]) })];
    }),
  );
