import { isSshKey, parsePersonKey } from "../../evidence/ssh/person-key.ts";
import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { type LayeredFleet, type Rule, settingsOf, unknownName } from "./rule.ts";

/** Two of the same id would be one to everything that people say. */
export const peopleAreDistinct: Rule = ({ written }) =>
  peopleOf(written).flatMap(({ id }, index, all) =>
    id !== undefined && all.findIndex((one) => one.id === id) < index
      ? [
          new HubfleetError("DUPLICATE_ITEM", {
            message: `the person "${id}" is there twice`,
            hint: "merge them",
            ...at(written, index, "id"),
          }),
        ]
      : [],
  );

/** A key that cannot sign makes its owner's word count for nothing, and nobody sees why. */
export const peoplesKeysCanSign: Rule = ({ written }) =>
  peopleOf(written).flatMap(({ keys = [] }, index) =>
    keys.flatMap((key, place) =>
      !isSshKey(key) || parsePersonKey(key) !== undefined
        ? []
        : [
            new HubfleetError("KEY_UNUSABLE", {
              message: `"${shortened(key)}" is no public SSH key that can sign`,
              hint: "copy the line of its .pub file: Ed25519, ECDSA, RSA of at least 2048 bits, or one of a token",
              ...at(written, index, "keys", place),
            }),
          ],
    ),
  );

/** Whoever has a key of two people could sign as either. */
export const peopleShareNoKeys: Rule = ({ written }) => {
  const owners = new Map<string, string>();
  return peopleOf(written).flatMap(({ id, keys = [] }, index) =>
    keys.flatMap((text, place) => {
      const fingerprint = parsePersonKey(text)?.key.fingerprint;
      if (fingerprint === undefined) return [];
      const owner = owners.get(fingerprint) ?? id;
      owners.set(fingerprint, owner);
      if (owner === id) return [];
      return [
        new HubfleetError("KEY_SHARED", {
          message: `"${id}" has the same SSH key as "${owner}"`,
          hint: "give each person a key of their own",
          ...at(written, index, "keys", place),
        }),
      ];
    }),
  );
};

/** A page on which people sign is worth what the hub's login is worth. */
export const loginsProveWhoSomebodyIs: Rule = ({ written, hubs }) =>
  loginsOf(written).flatMap(({ hub, index }) => {
    const layered = hubs.get(hub);
    if (layered === undefined) {
      const known = written.hubs.names;
      const place = at(written, index, "logins", hub).at;
      return place === undefined ? [] : unknownName({ code: "UNKNOWN_HUB", kind: "hub", name: hub, known, at: place });
    }
    if (settingsOf(layered).access?.login?.kind !== "shared-password") return [];
    return [
      new HubfleetError("LOGIN_PROVES_NOBODY", {
        message: `hub "${hub}" has one password for everybody, so a login there does not say who somebody is`,
        hint: `set access.login.kind of the hub to sign-up or github, or sign on another hub`,
        ...at(written, index, "logins", hub),
      }),
    ];
  });

/** Hubs on clusters have no page for signing; whoever waits for it is to know the command. */
export const loginsHaveAPage: Rule = ({ written, hubs }) =>
  loginsOf(written).flatMap(({ id, hub, index }) => {
    const { cluster = "" } = hubs.get(hub)?.file.value ?? {};
    const provider = written.clusters.files.get(cluster)?.value.provider;
    if (provider === undefined || provider === "local") return [];
    return [
      new HubfleetError("LOGIN_WITHOUT_PAGE", {
        message: `hub "${hub}" is on cluster "${cluster}", where it has no page for signing, so "${id}" signs by command`,
        hint: "`hubfleet signoff BUNDLE --stage STAGE`, or a login at a hub of this machine",
        ...at(written, index, "logins", hub),
      }),
    ];
  });

/** Whoever logs in under a name of two people could sign as either. */
export const peopleShareNoLogins: Rule = ({ written }) => {
  const owners = new Map<string, string | undefined>();
  return loginsOf(written).flatMap(({ id, hub, user, index }) => {
    const login = `${hub}/${user.toLowerCase()}`;
    const isTaken = owners.has(login);
    const owner = owners.get(login);
    if (!isTaken) owners.set(login, id);
    if (!isTaken || owner === id) return [];
    return [
      new HubfleetError("LOGIN_SHARED", {
        message: `"${id}" has the login "${user}" at hub "${hub}", which is "${owner}"'s`,
        hint: "give each person a login of their own",
        ...at(written, index, "logins", hub),
      }),
    ];
  });
};

function loginsOf(
  written: Written,
): readonly { readonly id: string | undefined; readonly hub: string; readonly user: string; readonly index: number }[] {
  return peopleOf(written).flatMap(({ id, logins = {} }, index) =>
    Object.entries(logins).map(([hub, user]) => ({ id, hub, user, index })),
  );
}

type Written = LayeredFleet["written"];

function peopleOf({ fleet }: Written): NonNullable<NonNullable<Written["fleet"]>["value"]["people"]> {
  return fleet?.value.people ?? [];
}

function at({ fleet }: Written, ...steps: readonly (string | number)[]): { readonly at?: SourcePosition } {
  return fleet === undefined ? {} : { at: fleet.document.position(["people", ...steps]) };
}

function shortened(key: string): string {
  return key.length > 40 ? `${key.slice(0, 39)}…` : key;
}
