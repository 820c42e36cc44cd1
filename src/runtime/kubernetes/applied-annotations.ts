/** Annotations of the Secret `hubfleet-applied`, so that a list of metadata is enough for `plan` and `status`. */
export const appliedAnnotations = {
  /** Digests of what the hub is made of, by part, as JSON. */
  parts: "hubfleet.io/parts",
  /** Id of the bundle. */
  bundle: "hubfleet.io/bundle",
  /** Digest of the bundle. */
  bundleDigest: "hubfleet.io/bundle-digest",
  /** When the bundle was given to the hub; ISO 8601. */
  since: "hubfleet.io/since",
  /** When it was last changed; ISO 8601. */
  at: "hubfleet.io/at",
  /** The commit whose live settings it has. */
  commit: "hubfleet.io/commit",
  /** How hubfleet made the hub of its settings. */
  renderer: "hubfleet.io/renderer",
} as const;
