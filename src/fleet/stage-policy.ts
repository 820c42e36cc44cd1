/**
 * What a stage asks, every default filled in.
 *
 * | asked while a bundle runs in the stage, before it goes on | asked before it enters |
 * | --------------------------------------------------------- | ---------------------- |
 * | `checks`, `soak`, `hubs` | `signoffs`, `selfSignoff`, `claimed`, `logins`, `checklist`, `freezes`, `expiresSeconds`, `untried` |
 */
export interface StagePolicy {
  /** "hub", "extra/climate". */
  readonly checks: readonly string[];
  readonly soak: SoakPolicy;
  /** How many hubs must have passed and soaked; undefined: all. */
  readonly hubs?: number;
  /** Counted from the making of the bundle. */
  readonly expiresSeconds?: number;
  /** What becomes of parts that no hub of an earlier stage runs. */
  readonly untried: "say" | "refuse";
  readonly signoffs: readonly SignOffPolicy[];
  /** Whether the yes of whoever wrote what changes counts. */
  readonly selfSignoff: boolean;
  /** Whose unsigned word counts. */
  readonly claimed: ClaimPolicy;
  /** Whose word counts that is known by a hub's login. */
  readonly logins: ClaimPolicy;
  readonly checklist: readonly ChecklistItem[];
  readonly freezes: readonly FreezeWindow[];
  /** Sizes of the first waves; what is left is the last one. */
  readonly waves: readonly WaveSize[];
  readonly concurrency: number;
  /** Failed hubs at which a stage goes on; one more stops it. */
  readonly failures: number;
  readonly iterate: boolean;
  readonly auto: boolean;
}

/** How long, and how much used, parts of a bundle must have been seen healthy. */
export interface SoakPolicy {
  readonly minimumSeconds: number;
  /** For parts that `bundle patch` replaced; no use is asked of them. */
  readonly patchMinimumSeconds: number;
  readonly exposure: Exposure;
  readonly observeEverySeconds: number;
}

/** How much something was used. */
export interface Exposure {
  readonly spawns: number;
  readonly users: number;
  readonly daskClusters: number;
}

/** What a person of the fleet does. */
export type Role = (typeof roles)[number];

/** Every role that there is. */
export const roles = ["operator", "approver", "viewer"] as const;

/** The role of a name; undefined when there is none. */
export function role(name: string): Role | undefined {
  return roles.find((one) => one === name);
}

/** Whose yes a stage asks for. */
export interface SignOffPolicy {
  readonly role: Role;
  readonly count: number;
  readonly noObjectionWithinSeconds?: number;
}

/** Words without a signature count of everybody, of people for whom fleet.yaml has no SSH key, or of nobody; the stricter the later. */
export type ClaimPolicy = (typeof claimPolicies)[number];
export const claimPolicies = ["accept", "keyless", "refuse"] as const;

/** Something that a person does and looks at. */
export interface ChecklistItem {
  readonly name: string;
  readonly text: string;
  readonly needsAttachment: boolean;
}

/** From the first moment on, up to and without the last; milliseconds since 1970. */
export interface FreezeWindow {
  readonly from: number;
  readonly to: number;
  /** From here to `from`, only bundles with the images that the stage has may enter. */
  readonly packagesCloseAt: number;
  readonly timeZone: string;
  readonly reason: string;
}

/** How many hubs go together: so many, or a share of the stage's. */
export type WaveSize =
  | { readonly kind: "hubs"; readonly count: number }
  | { readonly kind: "share"; readonly percent: number };
