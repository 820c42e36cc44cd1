import { type FindCause, type Finding, finding } from "../finding.ts";

export const environmentMissing: FindCause = ({ hub, images }) =>
  images.flatMap(({ name, environment, exists, isComplete, role }): Finding[] => {
    if (exists && isComplete) return [];
    const because = exists
      ? `the environment of image "${name}" was not built to its end: ${environment}`
      : `the environment of image "${name}" is gone: ${environment}`;
    return [
      finding({ cause: "environment-missing", wrong: whatFails(role), because, next: [`hubfleet apply hub/${hub}`] }),
    ];
  });

export const environmentBroken: FindCause = ({ hub, images }) =>
  images.flatMap(({ name, environment, importError, exists, isComplete, role }): Finding[] => {
    if (importError === "" || !exists || !isComplete) return [];
    return [
      finding({
        cause: "environment-broken",
        wrong: whatFails(role),
        because: `Python in the environment of image "${name}" says: ${importError}`,
        next: [
          "# if images/… was changed: correct its requirements.txt or environment.yml, then `hubfleet up`; otherwise build it again:",
          `rm -r ${environment}`,
          `hubfleet apply hub/${hub}`,
        ],
      }),
    ];
  });

export const codeMissing: FindCause = ({ hub, hasCode, observed }) =>
  hasCode || observed.applied === undefined
    ? []
    : [
        finding({
          cause: "code-missing",
          wrong: "the hub cannot start",
          because: "hubfleet's own Python code for hubs is not in the state directory",
          next: [`hubfleet apply hub/${hub}`],
        }),
      ];

function whatFails(role: "hub" | "notebook"): string {
  return role === "hub" ? "the hub cannot start" : "new servers cannot start; running ones may fail";
}
