import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import type { ValuePath } from "../yaml/yaml-document.ts";
import { type Rule, settingsFiles } from "./rule.ts";

const secretKey = /(?:secret|password|passwd|token|api[-_]?key|private[-_]?key|crypt[-_]?keys?|credentials?)$/i;

/** Settings are read by everybody who reads the repository. */
export const settingsHoldNoSecrets: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) =>
    (["environment", "hubConfig", "chartValues"] as const).flatMap((section) =>
      secretPaths(value[section], [section]).map(
        (path) =>
          new HubfleetError("SECRET_IN_PLAIN_TEXT", {
            message: `"${path.join(".")}" looks like a secret in plain text`,
            hint: "move it into secrets/NAME.enc.yaml, and change it: it has been in a file",
            at: withoutExcerpt(document.position(path, "key")),
          }),
      ),
    ),
  );

/** A file under secrets/ that SOPS has not written may hold a secret in the clear. Its content is never shown. */
export const secretsAreEncrypted: Rule = ({ written }) =>
  [...written.secrets.files.values()].flatMap(({ document }) => {
    const { sops, ...values } = Object(document.value) as Readonly<Record<string, unknown>>; // any shape may be written
    const { mac } = Object(sops) as { mac?: unknown }; // any shape may be written
    const at = { path: document.path, line: 1, column: 1 };
    if (typeof mac !== "string" || mac === "") {
      const message = `"${document.path}" is not encrypted`;
      const hint = `run \`sops --encrypt --in-place ${document.path}\``;
      return [new HubfleetError("SECRET_NOT_ENCRYPTED", { message, hint, at })];
    }
    const plain = plainPaths(values, []);
    return plain.slice(0, 20).map(
      (path) =>
        new HubfleetError("SECRET_NOT_ENCRYPTED", {
          message: `"${path.join(".")}" in "${document.path}" is not encrypted`,
          hint: "encrypt the file again with SOPS",
          at: withoutExcerpt(document.position(path, "key")),
        }),
    );
  });

function secretPaths(value: unknown, path: ValuePath): ValuePath[] {
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" && value !== "" && secretKey.test(String(path.at(-1))) ? [path] : [];
  }
  return entriesOf(value).flatMap(([key, entry]) => secretPaths(entry, [...path, key]));
}

/** Texts that SOPS did not encrypt, except below keys that end in _unencrypted. */
function plainPaths(value: unknown, path: ValuePath): ValuePath[] {
  if (typeof value === "object" && value !== null) {
    return entriesOf(value).flatMap(([key, entry]) =>
      String(key).endsWith("_unencrypted") ? [] : plainPaths(entry, [...path, key]),
    );
  }
  const isPlain = typeof value === "string" ? value !== "" && !value.startsWith("ENC[") : value !== null;
  return isPlain ? [path] : [];
}

function entriesOf(value: object): [string | number, unknown][] {
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value);
}

function withoutExcerpt({ path, line, column }: SourcePosition): SourcePosition {
  return { path, line, column };
}
