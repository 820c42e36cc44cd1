import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { addressProblem } from "../recipient.ts";
import { variableName } from "../schema/names.ts";
import { recipientSchema, type WrittenRecipient } from "../schema/notify.ts";
import type { ValuePath } from "../yaml/yaml-document.ts";
import type { LayeredFleet, Rule } from "./rule.ts";

/** Each entry is one command or one address, and an address is where nobody listens in. */
export const recipientsCanBeReached: Rule = (fleet) =>
  eachRecipient(fleet, (recipient, { at, has, hasKnownKeys }) => {
    const { webhook, variables = [] } = recipient;
    if (has("command") && has("webhook")) {
      const message = "this entry of `notify` has a command and a webhook";
      return [incomplete(message, "give each command and each webhook an entry of its own", at())];
    }
    if (!has("command") && !has("webhook")) {
      // Perhaps one of them is there, under a name that the schema reports.
      if (!hasKnownKeys) return [];
      return [
        incomplete("this entry of `notify` says nothing of where notices go", "add `command` or `webhook`", at()),
      ];
    }
    if (variables.length > 0 && !has("command")) {
      const message = "`variables` are given to a command, and this is a webhook";
      return [incomplete(message, "name the variable in webhook.addressVariable", at("variables"))];
    }
    if (webhook === undefined) return [];
    if (has("webhook", "address") === has("webhook", "addressVariable")) {
      const message = has("webhook", "address")
        ? "this webhook has an address and the name of a variable with another one"
        : "this webhook has no address";
      return [
        incomplete(message, "give it `address`, or `addressVariable` where the address is a secret", at("webhook")),
      ];
    }
    const problem = webhook.address === undefined ? undefined : addressProblem(webhook.address);
    if (problem === undefined || looksSecret(webhook.address ?? "")) return []; // a secret is not shown
    return [
      new HubfleetError("NOTIFY_ADDRESS", {
        message: `a notice to "${webhook.address}" ${problem}`,
        hint: "use its https address",
        at: at("webhook", "address"),
      }),
    ];
  });

/** fleet.yaml is read by more people than may write to everybody's phone. */
export const recipientsHoldNoSecrets: Rule = (fleet) =>
  eachRecipient(fleet, ({ webhook: { address, addressVariable } = {} }, { at }) => {
    if (addressVariable !== undefined && !variableName.safeParse(addressVariable).success) {
      const message = "webhook.addressVariable is no name of a variable (what it says is not shown)";
      const hint =
        "write the variable's name, for example HUBFLEET_CHAT_WEBHOOK; if this is the address, get a new one";
      return [
        new HubfleetError("SECRET_IN_PLAIN_TEXT", { message, hint, at: unseen(at("webhook", "addressVariable")) }),
      ];
    }
    if (address === undefined || !looksSecret(address)) return [];
    return [
      new HubfleetError("SECRET_IN_PLAIN_TEXT", {
        message: "the address of this webhook lets whoever knows it write there",
        hint: "get a new one, keep it in a variable where hubfleet runs, and name that in `addressVariable`",
        at: unseen(at("webhook", "address")),
      }),
    ];
  });

type At = (...steps: ValuePath) => SourcePosition;
/** Whether something is written there, right or wrong: what is wrong is reported by the schema. */
type Has = (...steps: readonly string[]) => boolean;

interface Place {
  readonly at: At;
  readonly has: Has;
  readonly hasKnownKeys: boolean;
}

function eachRecipient(
  { written }: LayeredFleet,
  judge: (recipient: WrittenRecipient, place: Place) => HubfleetError[],
): HubfleetError[] {
  const { fleet } = written;
  if (fleet === undefined) return [];
  return (fleet.value.notify ?? []).flatMap((recipient, index) =>
    judge(recipient, {
      at: (...steps) => fleet.document.position(["notify", index, ...steps]),
      has: (...steps) => writtenAt(fleet.document.value, ["notify", index, ...steps]) !== undefined,
      hasKnownKeys: Object.keys(Object(writtenAt(fleet.document.value, ["notify", index])) as object).every(isKey),
    }),
  );
}

function writtenAt(value: unknown, path: ValuePath): unknown {
  let found = value;
  for (const step of path) {
    const isThere = typeof found === "object" && found !== null && Object.hasOwn(found, step);
    found = isThere ? (found as Readonly<Record<string | number, unknown>>)[step] : undefined; // it has the key
  }
  return found;
}

function isKey(key: string): boolean {
  return Object.hasOwn(recipientSchema.shape, key);
}

/** Names and passwords, and long words of letters and digits such as no page's address has. */
function looksSecret(address: string): boolean {
  const { username, password, pathname, searchParams } = new URL(address);
  const words = [...pathname.split("/"), ...searchParams.values()];
  return username !== "" || password !== "" || words.some(isRandom);
}

function isRandom(word: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word)) return true;
  return word.split(/[^A-Za-z0-9]/).some((run) => run.length >= 16 && /\d/.test(run) && /[A-Za-z]/.test(run));
}

function unseen({ path, line, column }: SourcePosition): SourcePosition {
  return { path, line, column };
}

function incomplete(message: string, hint: string, at: SourcePosition): HubfleetError {
  return new HubfleetError("NOTIFY_RECIPIENT", { message, hint, at });
}
