import { type FindCause, finding } from "../finding.ts";
import { findLast } from "../log-lines.ts";

export const databaseLocked: FindCause = ({ hub, database, components, observed }) => {
  if (observed.state !== undefined) return [];
  const strangers = database.lockHolders.filter(({ marker }) => marker?.split("/")[1] !== hub);
  const told = findLast(components.hub.lines, /database is locked/);
  if (strangers.length === 0 && told === undefined) return [];
  const [first] = strangers;
  const who =
    first === undefined ? "another program held it and is gone" : `process ${first.pid} (${first.command}) holds it`;
  return [
    finding({
      cause: "database-locked",
      wrong: "the hub answers nobody",
      because: `the hub's database ${database.path} is locked: ${who}`,
      since: told?.at,
      next: [
        ...(first === undefined ? [] : [`kill ${first.pid}`]),
        `hubfleet apply hub/${hub}`,
        `hubfleet why hub/${hub}`,
      ],
      lines: told === undefined ? [] : [told.line],
    }),
  ];
};

/** JupyterHub changes an older schema by itself, and refuses one that a newer JupyterHub made. */
export const databaseNewer: FindCause = ({ hub, components, database, observed }) => {
  if (observed.components.hub.process !== undefined) return [];
  const { lines } = components.hub;
  const told =
    findLast(lines, /Can't locate revision identified by '(\w+)'/) ??
    findLast(lines, /Found database schema version (\w+) != /);
  if (told === undefined) return [];
  const version = told.match[1] ?? "";
  const backup = database.backups.find((copy) => copy.version !== "" && copy.version !== version);
  return [
    finding({
      cause: "database-newer",
      wrong: "the hub cannot start",
      because: `its database was changed by a newer JupyterHub (schema ${version}), which this one cannot read`,
      since: told.at,
      next: [
        "# go back to the newer JupyterHub in the hub's image (`hubfleet up`)",
        ...(backup === undefined
          ? ["# or restore a copy of the database of your own: there is no older one beside it"]
          : [
              "# or, losing what changed since, restore the copy made before it:",
              `cp ${backup.path} ${database.path}`,
            ]),
        `hubfleet apply hub/${hub}`,
      ],
      lines: [told.line],
    }),
  ];
};

export const databaseDamaged: FindCause = ({ hub, components, database, observed }) => {
  if (observed.state !== undefined) return [];
  const told = findLast(components.hub.lines, /file is not a database|database disk image is malformed/);
  if (told === undefined) return [];
  const [backup] = database.backups;
  return [
    finding({
      cause: "database-damaged",
      wrong: "the hub cannot work",
      because: `${database.path} is damaged`,
      since: told.at,
      next: [
        `mv ${database.path} ${database.path}.damaged`,
        backup === undefined
          ? "# restore a copy of your own; without one the hub starts empty (homes stay, logins begin anew)"
          : `cp ${backup.path} ${database.path}`,
        `hubfleet apply hub/${hub}`,
      ],
      lines: [told.line],
    }),
  ];
};
