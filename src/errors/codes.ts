import type { CodeText } from "./code-text.ts";
import { containerCodes } from "./codes/containers.ts";
import { dockerfileCodes } from "./codes/dockerfile.ts";
import { bundleCodes } from "./codes/bundle.ts";
import { chartCodes } from "./codes/charts.ts";
import { clusterCodes } from "./codes/clusters.ts";
import { evidenceCodes } from "./codes/evidence.ts";
import { fileCodes } from "./codes/files.ts";
import { fleetCodes } from "./codes/fleet.ts";
import { keyCodes } from "./codes/keys.ts";
import { kubernetesCodes } from "./codes/kubernetes.ts";
import { noticeCodes } from "./codes/notices.ts";
import { pushCodes } from "./codes/pushes.ts";
import { pinCodes } from "./codes/pins.ts";
import { registryCodes } from "./codes/registry.ts";
import { runtimeCodes } from "./codes/runtime.ts";
import { signOffCodes } from "./codes/sign-offs.ts";
import { stageCodes } from "./codes/stages.ts";
import { stateCodes } from "./codes/state.ts";
import { tagCodes } from "./codes/tags.ts";
import { warningCodes } from "./codes/warnings.ts";

/** Every error code with the text that `hubfleet explain CODE` prints. Codes are never reused for another meaning. */
export const errorCodes = {
  UNEXPECTED: "Something failed that hubfleet did not foresee; the stack is printed for a report.",
  UNKNOWN_TOPIC: "`explain` knows settings and error codes; the word given is neither.",
  ...dockerfileCodes,
  ...fileCodes,
  ...keyCodes,
  ...stateCodes,
  ...evidenceCodes,
  ...fleetCodes,
  ...warningCodes,
  ...runtimeCodes,
  ...registryCodes,
  ...bundleCodes,
  ...kubernetesCodes,
  ...noticeCodes,
  ...stageCodes,
  ...signOffCodes,
  ...containerCodes,
  ...tagCodes,
  ...pushCodes,
  ...pinCodes,
  ...clusterCodes,
  ...chartCodes,
} as const satisfies Record<string, CodeText>;

export type ErrorCode = keyof typeof errorCodes;
