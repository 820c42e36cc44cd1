import type { CodeText } from "../code-text.ts";

/** Problems of Helm, its charts and its releases. */
export const chartCodes = {
  HELM_MISSING: {
    meaning: "A cluster wants a version of Helm that is not on this machine.",
    remedy:
      "Install it (the program may be called helm, helm3 or helm4), or name the other with `helm:` of clusters/NAME.yaml.",
  },
  CHART_MISSING: {
    meaning: "A chart's repository does not have the chart, or not this version of it.",
    remedy: "Compare name, version and repository with what the repository lists.",
  },
  CHART_UNREACHABLE: {
    meaning: "A chart's repository did not answer, and the chart is not kept on this machine yet.",
    remedy:
      "Run the command again later. Without a way there, put the archive NAME-VERSION.tgz into a directory and name it with HUBFLEET_CHARTS.",
  },
  CHART_CHANGED: {
    meaning: "A chart is not the one that its digest names. It was not used.",
    cause: "Somebody published the version anew, or the archive was damaged on its way.",
    remedy: "Find out which; when the new one is meant, write its digest, which is in the message.",
  },
  CHART_FAILED: {
    meaning: "Helm could not make objects out of a chart and its values. Nothing was changed.",
    cause:
      "A value has a kind that the chart does not expect, one is missing, or the chart refuses the cluster's version.",
    remedy: "The message holds Helm's own words. Mend the value that they name.",
  },
  CHART_VALUE_INVALID: {
    meaning:
      "A value for a chart does not fit the schema that the chart brings. Helm would refuse it; nothing was changed.",
    cause:
      "A slip of the pen in chartValues, or a version of the chart that does not know the value (yet, or any more).",
    remedy: "Mend the value at the place that is named, or choose another version of the chart.",
  },
  RELEASE_BUSY: {
    meaning: "Another command is installing or upgrading this Helm release, or one was ended in the middle of it.",
    remedy:
      "Wait for the other one. When there is none, `helm rollback` ends what was begun, or `helm uninstall` where it was the first.",
  },
  RELEASE_FAILED: {
    meaning: "Helm began to install or upgrade a release, and the cluster did not take all of it.",
    remedy: "The message holds the cluster's words. Mend what they name; the next `apply` goes on from here.",
  },
} as const satisfies Record<string, CodeText>;
