import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Rule } from "./rule.ts";

/** The uuid of the example, which `init` replaces. */
export const placeholderUuid = "00000000-0000-0000-0000-000000000000";

/** Two fleets with one uuid would share their state on a machine. */
export const uuidIsTheFleetsOwn: Rule = ({ written: { fleet } }) =>
  fleet?.value.uuid === placeholderUuid
    ? [
        new HubfleetError("UUID_PLACEHOLDER", {
          message: "the uuid is still the example's",
          hint: "make the fleet with `hubfleet init DIR`, or write a uuid of its own (`uuidgen`)",
          at: fleet.document.position(["uuid"]),
        }),
      ]
    : [];

/** A twin tries changes first, so it stands in an earlier stage. */
export const twinsStandInEarlierStages: Rule = ({ written }) => {
  const order = (written.fleet?.value.stages ?? []).map((stage) => stage.name);
  return [...written.hubs.files.values()].flatMap(({ name, value, document }) => {
    const twin = value.twin === undefined || value.twin === name ? undefined : written.hubs.files.get(value.twin);
    const [own, theirs] = [order.indexOf(value.stage ?? ""), order.indexOf(twin?.value.stage ?? "")];
    if (twin === undefined || own === -1 || theirs === -1 || theirs < own) return [];
    return [
      new HubfleetError("TWIN_NOT_EARLIER", {
        message: `twin "${twin.name}" is in stage "${twin.value.stage}", which is not before "${value.stage}"`,
        hint: "name a hub of an earlier stage",
        at: document.position(["twin"]),
      }),
    ];
  });
};
