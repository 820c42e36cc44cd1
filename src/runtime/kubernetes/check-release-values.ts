import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";

import { nameHint } from "../../errors/nearest-name.ts";
import { isMap } from "../../fleet/merge-settings.ts";
import type { ChartContract } from "../../ports/helm.ts";

/** What the values of a release do not fit to, in words. */
export interface ValueTrouble {
  /** Keys and indices. */
  readonly path: readonly string[];
  /** "has to be an integer, and is \"often\"": goes behind the value's name. */
  readonly text: string;
  readonly hint?: string;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Holds values of a release, laid over the chart's own as Helm does it, against the chart's schema. Making the check costs a
 * quarter of a second for the large charts, using it a few milliseconds. A schema that cannot be used here (of a draft that
 * nobody writes any more, or with parts elsewhere) finds nothing: Helm has the last word anyway.
 */
export function createReleaseCheck({
  defaults,
  schema,
  hasParts,
}: Omit<ChartContract, "appVersion">): (values: Values) => readonly ValueTrouble[] {
  const validate = compile(schema);
  const tell = (whole: Values): readonly ValueTrouble[] =>
    validate === undefined || validate(whole)
      ? []
      : withoutBranches(validate.errors ?? [])
          // What charts inside of the chart bring is not in these defaults.
          .filter(({ keyword }) => !(hasParts && keyword === "required"))
          .map(inWords);
  return (values) => {
    const whole = overDefaults(values, defaults);
    // Helm 4 leaves out what is null, and Helm 3 hands it on: only what both would refuse is told.
    const found = tell(withoutNulls(whole));
    const both = found.length === 0 ? [] : tell(whole);
    return found.filter(
      (one, index) =>
        both.some((other) => isSame(one, other)) && found.findIndex((other) => isSame(one, other)) === index,
    );
  };
}

/** As Helm lays values over a chart's: maps key by key, and null takes a default away. */
export function overDefaults(values: Values, defaults: Values): Values {
  const whole: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(values)) {
    const own = defaults[key];
    if (value === null && Object.hasOwn(defaults, key)) delete whole[key];
    else whole[key] = isMap(value) && isMap(own) ? overDefaults(value, own) : isMap(value) ? { ...value } : value;
  }
  return whole;
}

function withoutNulls(values: Values): Values {
  const kept = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(kept.map(([key, value]) => [key, isMap(value) ? withoutNulls(value) : value]));
}

function compile(schema: unknown): ValidateFunction | undefined {
  if (!isMap(schema)) return undefined;
  const { $schema = "" } = schema;
  const draft = String($schema);
  const options = { allErrors: true, verbose: true, strict: false, validateFormats: false, logger: false } as const;
  const create = (): Ajv =>
    draft.includes("2020-12")
      ? new Ajv2020(options)
      : draft.includes("2019-09")
        ? new Ajv2019(options)
        : new Ajv(options);
  try {
    return create().compile(schema);
  } catch {
    return undefined;
  }
}

/** Of a choice between forms only the choice itself is told, and of a condition only what followed from it. */
function withoutBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === "oneOf" || keyword === "anyOf");
  return errors.filter(
    ({ keyword, schemaPath, instancePath }) =>
      keyword !== "if" &&
      !choices.some(
        (choice) => schemaPath.startsWith(`${choice.schemaPath}/`) && instancePath.startsWith(choice.instancePath),
      ),
  );
}

function inWords(error: ErrorObject): ValueTrouble {
  const { keyword, data, parentSchema } = error;
  const params = error.params as Readonly<Record<string, unknown>>;
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const known = isMap(parentSchema?.["properties"]) ? Object.keys(parentSchema["properties"]) : [];
  switch (keyword) {
    case "additionalProperties":
    case "unevaluatedProperties": {
      const name = String(params["additionalProperty"] ?? params["unevaluatedProperty"]);
      const hint = nameHint(name, known);
      return { path: [...path, name], text: "is no value that it knows", ...(hint === undefined ? {} : { hint }) };
    }
    case "required":
      return { path, text: `needs "${String(params["missingProperty"])}"` };
    case "type":
      return { path, text: `has to be ${kinds(params["type"])}, and is ${shown(data)}` };
    case "enum":
      return { path, text: `has to be one of ${shown(params["allowedValues"], 300)}, and is ${shown(data)}` };
    case "const":
      return { path, text: `has to be ${shown(params["allowedValue"])}, and is ${shown(data)}` };
    case "oneOf":
    case "anyOf":
      return { path, text: `has none of the forms that are taken, and is ${shown(data)}` };
    default:
      return { path, text: `${error.message ?? keyword}, and is ${shown(data)}` };
  }
}

function kinds(type: unknown): string {
  const words = (Array.isArray(type) ? type : [type]).map((one) => {
    const name = one === "object" ? "map" : one === "array" ? "list" : one === "string" ? "text" : String(one);
    return name === "null" || name === "text" ? name : /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
  });
  return words.join(" or ");
}

function shown(value: unknown, longest = 80): string {
  if (isMap(value)) return "a map";
  if (Array.isArray(value) && longest === 80) return "a list";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function isSame(one: ValueTrouble, other: ValueTrouble): boolean {
  return one.text === other.text && one.path.join("\u0000") === other.path.join("\u0000");
}
