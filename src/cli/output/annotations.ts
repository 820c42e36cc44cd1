import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";

/**
 * Problems as workflow commands of GitHub Actions, which show them beside the line in a pull request.
 * `directory` is the fleet's own, relative to the repository's root.
 */
export function renderAnnotations({ problems, warnings }: FleetReading, directory: string): string {
  const lines = [
    ...problems.map((problem) => annotation("error", problem, directory)),
    ...warnings.map((problem) => annotation("warning", problem, directory)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function annotation(kind: "error" | "warning", { code, message, hint, at }: HubfleetError, directory: string): string {
  const place =
    at === undefined
      ? []
      : [
          ["file", directory === "" ? at.path : `${directory}/${at.path}`],
          ["line", String(at.line)],
          ["col", String(at.column)],
          ...(at.length === undefined ? [] : [["endColumn", String(at.column + at.length - 1)]]),
        ];
  const properties = [...place, ["title", code]].map(([key = "", value = ""]) => `${key}=${escapeProperty(value)}`);
  const text = hint === undefined ? message : `${message}\nhint: ${hint}`;
  return `::${kind} ${properties.join(",")}::${escapeData(text)}`;
}

/** A line break would end the command, and `%` starts an escape. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** In a property, `:` and `,` would end it. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
