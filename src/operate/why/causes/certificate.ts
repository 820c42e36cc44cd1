import { type FindCause, finding } from "../finding.ts";

const wrong = "browsers refuse the hub's address";

export const certificateUnusable: FindCause = ({ hub, certificate }) =>
  certificate === undefined || certificate.problem === ""
    ? []
    : [
        finding({
          cause: "certificate-unusable",
          wrong,
          because: certificate.problem,
          next: [`ls -l ${certificate.certificate} ${certificate.key}`, "# put both files right", restart(hub)],
        }),
      ];

export const certificateExpired: FindCause = ({ hub, certificate, now }) =>
  certificate?.validTo === undefined || certificate.validTo > now
    ? []
    : [
        finding({
          cause: "certificate-expired",
          wrong,
          because: `the certificate ${certificate.certificate} was valid until ${certificate.validTo.toISOString()}`,
          since: certificate.validTo,
          next: ["# put a new certificate and its key in place", restart(hub)],
        }),
      ];

export const certificateNotYetValid: FindCause = ({ hub, certificate, now }) =>
  certificate?.validFrom === undefined || certificate.validFrom <= now
    ? []
    : [
        finding({
          cause: "certificate-not-yet-valid",
          wrong,
          because: `the certificate ${certificate.certificate} is valid from ${certificate.validFrom.toISOString()} only, and it is ${now.toISOString()} here`,
          next: ["date", "# set the clock, or put another certificate in place", restart(hub)],
        }),
      ];

/** The proxy reads both files once, when it starts. */
function restart(hub: string): string {
  return `hubfleet restart hub/${hub} --proxy`;
}
