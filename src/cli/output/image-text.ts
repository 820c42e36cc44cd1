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
