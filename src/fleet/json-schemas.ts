import { z } from "zod";

import { type FileKind, fileKinds } from "./schema/file-kinds.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The kinds of file that editors can help with; a file under secrets/ is SOPS's own. */
export const schemaKinds = ["fleet", "platform", "group", "cluster", "hub", "image", "experiment"] as const;
export type SchemaKind = (typeof schemaKinds)[number] & FileKind;

/** Draft 7, the version that editors know, with what people should know of each key as its description. */
export function createJsonSchema(kind: SchemaKind): JsonSchema {
  const { schema, path, summary } = fileKinds[kind];
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    override: ({ jsonSchema }) => {
      describeForEditors(jsonSchema);
    },
  });
  return { $schema, title: path, description: summary, ...rest };
}

/** Facts that JSON Schema has no words for go into the description. */
function describeForEditors(node: Record<string, unknown>): void {
  const { description, unit, speed, example } = node;
  delete node["unit"];
  delete node["speed"];
  delete node["example"];
  if (typeof description !== "string") return;
  const words = [
    description,
    ...(typeof unit === "string" ? [`Unit: ${unit}.`] : []),
    ...(speed === "live" ? ["Live: takes effect at the next apply."] : []),
    ...(speed === "gated" ? ["Gated: reaches users with a bundle."] : []),
  ];
  node["description"] = words.join(" ");
  if (example !== undefined) node["examples"] = [example];
}
