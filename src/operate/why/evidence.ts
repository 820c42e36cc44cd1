import type { Space, LockingProcess, PathFacts } from "../../ports/inspection.ts";
import type { LockHolder } from "../../ports/locks.ts";
import type { PortOwner } from "../../ports/processes.ts";
import type { ComponentName } from "../../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../../runtime/local/observed-hub.ts";
import type { HubPorts } from "../../runtime/local/ports.ts";

/** Everything that was looked at to say why a hub is not well. Collected in one go; causes are told from it alone. */
export interface Evidence {
  readonly hub: string;
  readonly now: Date;
  readonly isRoot: boolean;
  /** A file of the fleet describes it. */
  readonly isWritten: boolean;
  /** `up` brought it up on this machine and nothing destroyed it since. */
  readonly isDrafted: boolean;
  readonly observed: ObservedHub;
  /** Which processes a hub with these settings has. */
  readonly expected: readonly ComponentName[];
  readonly components: Readonly<Record<ComponentName, ComponentEvidence>>;
  readonly ports: readonly { readonly use: keyof HubPorts; readonly port: number; readonly owner?: PortOwner }[];
  readonly lease: LockHolder | undefined;
  readonly bootTime: Date;
  readonly spaces: readonly { readonly path: string; readonly space: Space }[];
  readonly images: readonly ImageEvidence[];
  /** The Python code of hubs that this hubfleet brought is where the hub looks for it. */
  readonly hasCode: boolean;
  readonly certificate: CertificateEvidence | undefined;
  readonly database: DatabaseEvidence;
  /** Why data/secrets.json cannot be used; empty when it can. */
  readonly secretsProblem: string;
  readonly homes: readonly HomeEvidence[];
  /** Last lines of the log of each user's server that was written lately, by its label. */
  readonly serverLogs: readonly { readonly server: string; readonly lines: readonly string[] }[];
  /** "hubs/staging.yaml:12", where hubConfig is written. */
  readonly hubConfigPlace: string | undefined;
}

export interface ComponentEvidence {
  /** When it was last started, as its record tells, running or not. */
  readonly startedAt: Date | undefined;
  /** When its log was last written to: about when it ended, if it did. */
  readonly lastWords: Date | undefined;
  /** The end of its log since its start. */
  readonly lines: readonly string[];
  readonly isHalted: boolean;
}

export interface ImageEvidence {
  readonly name: string;
  readonly environment: string;
  readonly role: "hub" | "notebook";
  readonly exists: boolean;
  readonly isComplete: boolean;
  /** The last line that Python says when what the image is for is imported; empty when that works or was not tried. */
  readonly importError: string;
}

export interface CertificateEvidence {
  readonly certificate: string;
  readonly key: string;
  /** Why one of the files cannot be read or is not what it should be; empty when both are. */
  readonly problem: string;
  readonly validFrom: Date | undefined;
  readonly validTo: Date | undefined;
}

export interface DatabaseEvidence {
  readonly path: string;
  readonly exists: boolean;
  readonly lockHolders: readonly LockingProcess[];
  /** Copies that a hub made before it changed the schema, newest first; version "" where it could not be read. */
  readonly backups: readonly { readonly path: string; readonly version: string }[];
}

export interface HomeEvidence {
  readonly user: string;
  readonly path: string;
  /** The account that its owner's server runs under; undefined where it was never given one. */
  readonly wantedUid: number | undefined;
  readonly facts: PathFacts | undefined;
}
