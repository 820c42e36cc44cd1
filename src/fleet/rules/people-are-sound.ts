import { isSshKey, parsePersonKey } from "../../evidence/ssh/person-key.ts";
import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import type { LayeredFleet, Rule } from "./rule.ts";

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
