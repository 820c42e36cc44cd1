import type { CommandModule, OutputFormat } from "./command.ts";

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  readonly hidden?: boolean;
  /** Whether it can be about rehearsals. */
  readonly rehearses?: boolean;
  /** What -o takes; without it table and json. */
  readonly formats?: readonly OutputFormat[];
  readonly load: () => Promise<CommandModule>;
}

/** Every command in the order of the help page. */
export const commands: readonly CommandEntry[] = [
  {
    name: "init",
    group: "Fleet:",
    summary: "Make a new fleet to start from: two hubs on this machine, three images",
    formats: [],
    load: () => import("./init.ts"),
  },
  {
    name: "validate",
    group: "Fleet:",
    summary: "Check every file of the fleet and report all problems at once",
    load: () => import("./validate.ts"),
  },
  {
    name: "config",
    group: "Fleet:",
    summary: "Show what a hub's settings come to, and which file and line set them",
    load: () => import("./config.ts"),
  },
  {
    name: "render",
    group: "Fleet:",
    summary: "Print what a hub becomes on its Kubernetes cluster: chart values and objects",
    formats: ["yaml", "json"],
    load: () => import("./render.ts"),
  },
  {
    name: "explain",
    group: "Fleet:",
    summary: "Explain a setting or an error code",
    load: () => import("./explain.ts"),
  },
  {
    name: "schema",
    group: "Fleet:",
    summary: "Print or write JSON Schemas of the fleet's files, for editors",
    load: () => import("./schema.ts"),
  },
  {
    name: "image",
    group: "Images:",
    summary: "Work on images: list, lock, build, add a package, pin, compare",
    formats: [],
    load: () => import("./image.ts"),
  },
  {
    name: "bundle",
    group: "Bundles:",
    summary: "Make bundles of what is committed, list, show and compare them",
    formats: [],
    load: () => import("./bundle.ts"),
  },
  {
    name: "promote",
    group: "Bundles:",
    summary: "Move a bundle into a stage: gate, hubs wave by wave, checks",
    load: () => import("./promote.ts"),
  },
  {
    name: "signoff",
    group: "Bundles:",
    summary: "Say yes or no to a bundle for a stage, tick its checklist off, or take that back",
    load: () => import("./signoff.ts"),
  },
  {
    name: "advance",
    group: "Bundles:",
    summary: "One turn of what happens by itself: look, record, move, tell",
    load: () => import("./advance.ts"),
  },
  {
    name: "rollback",
    group: "Bundles:",
    summary: "Send a hub or stage back to a bundle that did well there",
    load: () => import("./rollback.ts"),
  },
  {
    name: "hold",
    group: "Bundles:",
    summary: "Keep a hub or stage where it is, with a reason and an end",
    load: () => import("./hold.ts"),
  },
  {
    name: "resume",
    group: "Bundles:",
    summary: "End a hold",
    load: () => import("./resume.ts"),
  },
  {
    name: "evidence",
    group: "Bundles:",
    summary: "List, show and verify the record of what was checked, seen, approved and done",
    formats: [],
    load: () => import("./evidence.ts"),
  },
  {
    name: "report",
    group: "Bundles:",
    summary: "Report what operating took, and who changed what, in a time",
    formats: [],
    load: () => import("./report.ts"),
  },
  {
    name: "up",
    group: "Run:",
    rehearses: true,
    summary: "Bring hubs up on this machine as the working tree has them (a draft, for trying)",
    load: () => import("./up.ts"),
  },
  {
    name: "status",
    group: "Run:",
    rehearses: true,
    summary: "Show every hub: health with its reason, what it runs, users, servers, address",
    formats: ["table", "wide", "json", "yaml", "md", "name"],
    load: () => import("./status.ts"),
  },
  {
    name: "plan",
    group: "Run:",
    rehearses: true,
    summary: "Show what apply would change, what people would feel, and why",
    formats: ["table", "json", "yaml", "md", "name"],
    load: () => import("./plan.ts"),
  },
  {
    name: "apply",
    group: "Run:",
    rehearses: true,
    summary: "Put in place what was brought up, with live settings as written now; start what ended",
    load: () => import("./apply.ts"),
  },
  {
    name: "check",
    group: "Run:",
    rehearses: true,
    summary: "Try a hub as a temporary user, or test an image in its environment",
    formats: ["table", "json", "md", "name"],
    load: () => import("./check.ts"),
  },
  {
    name: "why",
    group: "Run:",
    rehearses: true,
    summary: "Say what is wrong with a hub, since when, why, and what to type next",
    formats: ["table", "json", "yaml"],
    load: () => import("./why.ts"),
  },
  {
    name: "logs",
    group: "Run:",
    rehearses: true,
    summary: "Show the logs of a hub or of a user's server",
    formats: [],
    load: () => import("./logs.ts"),
  },
  {
    name: "exec",
    group: "Run:",
    rehearses: true,
    summary: "Run a command in a hub's environment, or as a user in their home",
    formats: [],
    load: () => import("./exec.ts"),
  },
  {
    name: "restart",
    group: "Run:",
    rehearses: true,
    summary: "Restart a hub's own processes, or its proxy; users' servers go on",
    load: () => import("./restart.ts"),
  },
  {
    name: "stop-servers",
    group: "Run:",
    rehearses: true,
    summary: "End users' servers, announced before when told to",
    formats: ["table", "json", "yaml"],
    load: () => import("./stop-servers.ts"),
  },
  {
    name: "doctor",
    group: "Run:",
    summary: "Look at this machine, or at a Kubernetes cluster: what is missing, with what to do",
    formats: ["table", "json", "yaml"],
    load: () => import("./doctor.ts"),
  },
  {
    name: "prune",
    group: "Run:",
    summary: "Remove what no hub uses any more from this machine, or what a registry need not keep",
    formats: ["table", "json", "yaml"],
    load: () => import("./prune.ts"),
  },
  {
    name: "destroy",
    group: "Run:",
    rehearses: true,
    summary: "Take hubs down; homes are kept unless said otherwise; ends with a scan",
    load: () => import("./destroy.ts"),
  },
];
