import type { ImageDescription } from "../../operate/images/describe-images.ts";
import { renderTable } from "./table.ts";

/** A line for each image. */
export function renderImageList(images: readonly ImageDescription[]): string {
  const rows = images.map((image) => [
    image.name,
    image.role,
    image.from === null ? image.python : "",
    lockWords(image),
    environmentWords(image),
    image.usedBy.join(", "),
  ]);
  const problems = images.flatMap(({ name, problem }) => (problem === null ? [] : [`image/${name}: ${problem}\n`]));
  return renderTable(["IMAGE", "ROLE", "PYTHON", "LOCK", "ENVIRONMENT", "USED BY"], rows) + problems.join("");
}

function lockWords({ lock, from }: ImageDescription): string {
  if (from !== null) return from;
  if (lock === null || lock.state === "absent") return "not locked";
  const packages = `${lock.packages} packages`;
  return lock.state === "fresh" ? packages : `${packages}, out of date`;
}

function environmentWords({ environment }: ImageDescription): string {
  if (environment === null) return "none";
  return environment.isComplete ? "built" : "not built";
}

function containerFacts({ container, name }: ImageDescription): readonly (readonly [string, string])[] {
  if (container === null) return [];
  const { dockerfile, base, platforms } = container;
  const made = {
    own: "by its own Dockerfile",
    generated: `by hubfleet's Dockerfile (\`hubfleet image show ${name} --dockerfile\`)`,
  } as const;
  return [
    [
      "container",
      dockerfile === null ? "none: image.yaml names no `base`, and there is no Dockerfile" : made[dockerfile],
    ],
    ...(base === null ? [] : [["base", base] as const]),
    ...(dockerfile === null ? [] : [["platforms", platforms.join(", ")] as const]),
  ];
}

/** All that is known of one image. */
export function renderImage(image: ImageDescription): string {
  const { name, role, description, python, from, inputs, lock, environment, problem, usedBy, packages } = image;
  const facts = [
    ["image", name],
    ["role", role],
    ...(description === "" ? [] : [["description", description]]),
    ...(from === null ? [["python", python]] : [["from", from]]),
    ...(image.variantOf === null ? [] : [["variant of", `image/${image.variantOf}`]]),
    ...(lock === null ? [] : [["lock", `${lock.path}: ${lockWords(image)}`]]),
    ...(environment === null ? [] : [["environment", `${environment.path} (${environmentWords(image)})`]]),
    ...(problem === null ? [] : [["problem", problem]]),
    ...containerFacts(image),
    ["used by", usedBy.length === 0 ? "no hub" : usedBy.map((hub) => `hub/${hub}`).join(", ")],
  ];
  const files = inputs.map((input) => [
    input.path,
    input.meaning,
    input.environment,
    input.container,
    input.instead ?? "",
  ]);
  return [
    facts.map(([key = "", value = ""]) => `${`${key}:`.padEnd(13)}${value}\n`).join(""),
    ...(files.length === 0 ? [] : [renderTable(["FILE", "MEANING", "ENVIRONMENT", "CONTAINER", ""], files)]),
    ...(packages.length === 0
      ? []
      : [
          renderTable(
            ["PACKAGE", "VERSION"],
            packages.map(({ name: one, version }) => [one, version]),
          ),
        ]),
  ].join("\n");
}
