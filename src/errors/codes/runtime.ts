import type { CodeText } from "../code-text.ts";

/** Problems of this machine, its processes and its tools. */
export const runtimeCodes = {
  TOOL_MISSING: {
    meaning: "A program that the command needs is not on PATH, or is too old.",
    remedy: "Install it as the hint says; `script/bootstrap` of a checkout brings Node and uv.",
  },
  PYTHON_MISSING: {
    meaning: "This machine has no usable Python of the version that an image asks for.",
    cause:
      "It is not installed, or it lies in a directory that other accounts may not enter: started by root, every user's server runs under an account of its own.",
    remedy: "Install it system-wide, or change `python` in the image's image.yaml to a version that is there.",
  },
  LOCK_FAILED: {
    meaning: "The image's requirements could not be resolved to exact versions.",
    cause: "Two requirements contradict each other, a name is misspelt, or the package index cannot be reached.",
    remedy: "Read the resolver's words below the message; they name the requirement.",
  },
  LOCK_TOO_NEW: {
    meaning: "An image's lock was written by a newer hubfleet, in a format that this one does not know.",
    remedy:
      "Use the hubfleet that the others of your team use. Nothing was read from the lock, and it was not changed.",
  },
  LOCK_UNREADABLE: {
    meaning: "An image's lock has a line that begins as one of hubfleet's and cannot be read.",
    cause: "It was edited by hand, or a merge left parts of two locks in it.",
    remedy: "Take the lock from Git as it was, or delete it: the next `hubfleet up` writes it anew.",
  },
  ENVIRONMENT_FILE_INVALID: {
    meaning: "An image's environment.yml says something that cannot be carried out.",
    cause:
      "A value of the wrong kind, a dependency that is no package of a channel, or a login in a channel's address.",
    remedy: "The hint says what to write; the guide on images shows a whole file.",
  },
  ENVIRONMENT_FAILED: {
    meaning: "The image's environment could not be built from its lock. Nothing that runs was touched.",
    cause: "A package could not be downloaded or its hash differs from the lock, or the disk is full.",
    remedy: "Read the installer's words below the message, then run the command again: it starts the build anew.",
  },
  IMAGE_LACKS_PACKAGE: {
    meaning: "An image does not hold a package without which the hub, its servers or its Dask clusters cannot start.",
    remedy: "Add the package to the image's requirements.txt.",
  },
  PAIR_DISAGREES: {
    meaning: "Images that talk to each other through Dask hold versions of it that must be the same and are not.",
    cause:
      "dask and distributed have to be of one release in the notebook and on its workers, dask-gateway also in the hub image (dask-gateway-server), and Python of one minor. The images were locked at different times, or ask for different versions.",
    remedy:
      "Write the same versions into the requirements of both images and lock them again, or use one image for notebooks and workers.",
  },
  INTERRUPTED: {
    meaning: "The command was told to stop (Ctrl-C) and stopped before it was done. What is running stays as it is.",
    remedy: "Run the command again: it goes on from what is there.",
  },
  DISK_FULL: {
    meaning: "A file could not be written because the disk, or this account's share of it, is full.",
    remedy: "Free some space, then run the command again: it goes on from what is there. Nothing has to be unlocked.",
  },
  NOT_A_REPOSITORY: {
    meaning: "Something was to be committed, and the fleet's directory is in no Git repository.",
    remedy: "Run the command in a clone of the fleet's repository.",
  },
  LOCK_MISSING: {
    meaning: "An image has packages to install and no lock that says exactly which.",
    remedy: "Run `hubfleet image lock` and commit the lock beside the requirements.",
  },
  LOCK_STALE: {
    meaning: "An image's requirements changed after its lock was made, for example in a web page.",
    cause: "Only the lock says which versions were tried; a build from other ones would be another image.",
    remedy: "Run `hubfleet image lock` and commit the lock; `hubfleet image lock --ci` does both in a CI job.",
  },
  REQUIREMENT_INVALID: {
    meaning: "What was given as a package to add is no requirement.",
    remedy:
      "Write a name with extras and versions if wanted: scipy, 'xarray[io]>=2024', 'tool @ git+https://…@COMMIT'.",
  },
  UNKNOWN_PACKAGE: {
    meaning: "A package is named that the image's lock does not hold.",
    remedy: "Correct the name; `hubfleet image add` declares a new one.",
  },
  IMAGE_NOT_LOCAL: {
    meaning: "The hub uses an image that is taken from a registry, which processes on this machine cannot run.",
    remedy:
      "Give the hub an image with a requirements.txt, or put the hub on a Kubernetes cluster. For a rehearsal (`--on local`) a requirements.txt beside `from` is enough.",
  },
  LEASE_HELD: {
    meaning: "Another hubfleet command is changing this fleet on this machine.",
    remedy: "Wait until it is done. A lease never outlives its process, so there is nothing to break.",
  },
  RENAME_CLASH: {
    meaning: "A renamed hub cannot take over its old name's homes and database, because the new name has some already.",
    cause:
      "The new name was brought up before `renamedFrom` was written, or an earlier hub of that name was destroyed and its homes kept.",
    remedy: "Decide which to keep, as the hint says. Nothing was touched.",
  },
  PORT_TAKEN: {
    meaning: "Another program listens on a port that the hub needs.",
    remedy: "End that program, or choose another `port` for the hub (it takes ten from there).",
  },
  PROCESS_NOT_STARTED: {
    meaning: "A process of the hub could not be started.",
    remedy: "Its log names the reason: `hubfleet logs hub/NAME`.",
  },
  PROCESS_NOT_STOPPED: {
    meaning: "A process did not end, not even when it was killed.",
    cause: "It waits in the kernel, most often for a network file system.",
    remedy: "Mend the file system or restart the machine, then run the command again.",
  },
  HUB_NOT_HEALTHY: {
    meaning: "The hub was started but does not answer as a healthy hub.",
    remedy: "`hubfleet logs hub/NAME` shows its last words; mend the cause and run the command again.",
  },
  HUB_UNREACHABLE: {
    meaning: "The hub's HTTP interface does not answer, or answers with an error.",
    remedy: "`hubfleet status` tells whether its processes run; `hubfleet apply` starts what is missing.",
  },
  HUB_SESSION_FAILED: {
    meaning: "A user's server, kernel or Dask cluster did not do what was asked of it.",
    remedy: "The message says what; `hubfleet logs hub/NAME` and `hubfleet status` show the hub's own state.",
  },
  CHECK_RUNNING: {
    meaning: "Another `hubfleet check` is at work on this hub.",
    cause: "Each check removes what earlier ones left, so there is one at a time for each hub.",
    remedy: "Wait until it is done. Its lock never outlives its process, so there is nothing to break.",
  },
  CHECK_NOT_RUN: {
    meaning: "A test file of an image could not be put where it was to be run, so that the check says nothing.",
    cause: "It is a symbolic link, it may not be read, or it went away meanwhile.",
    remedy: "Make it an ordinary file of the repository.",
  },
  UNKNOWN_STEP: {
    meaning: "`check --only` names a step that the check of this hub or image does not have.",
    remedy: "Choose from the names in the hint.",
  },
  UNKNOWN_TARGET: {
    meaning: "The command names a hub, cluster or stage that the fleet does not have.",
    remedy: "`hubfleet status -o name` lists the hubs.",
  },
  TARGET_MISSING: {
    meaning: "The command ends things and wants to be told what.",
    remedy: "Name hub/NAME, stage/NAME or cluster/NAME, or pass --all.",
  },
  NOT_LOCAL: {
    meaning: "The command works on hubs of this machine, and the hub named is on another cluster.",
    remedy: "Choose a hub whose cluster has `provider: local`, or rehearse it here: `hubfleet up --on local hub/NAME`.",
  },
  NO_DRAFT: {
    meaning:
      "Nothing is brought up here (or all of it was destroyed), so there is nothing that `apply` could put in place.",
    remedy: "Run `hubfleet up`.",
  },
  CONFIRMATION_NEEDED: {
    meaning: "The command destroys something and nobody is there to confirm it.",
    remedy: "Type the name when asked, or pass --yes.",
  },
  DIRECTORY_NOT_EMPTY: {
    meaning: "`init` makes a new fleet and does not write into a directory that has something in it.",
    remedy: "Name another directory.",
  },
  PLATFORM_UNSUPPORTED: {
    meaning: "Hubs on this machine need Linux: process identity, locks and Dask Gateway's proxy come from there.",
    remedy: "Use a Linux machine or a Linux virtual machine.",
  },
  ADDRESS_NEEDS_ROOT: {
    meaning: "The hub can be reached from other machines, and hubfleet is not run by root.",
    cause:
      "Started by an ordinary user, everything of a hub runs as that one account: each user of the hub could read the others' files and the hub's secrets.",
    remedy: "Run hubfleet as root, which gives every user an account of their own, or let the hub listen on 127.0.0.1.",
  },
  SECRET_MISSING: {
    meaning: "A setting needs a secret that was not given.",
    remedy: "Set the environment variable that the message names, then run the command again.",
  },
  SECRETS_FILE_MISSING: {
    meaning: "A setting names a file below secrets/ that is not there.",
    remedy: "Make it with `sops secrets/NAME.enc.yaml`, or correct the name.",
  },
  SECRET_NOT_THERE: {
    meaning: "The file below secrets/ has no single value at the key that a setting names.",
    remedy: "`sops secrets/NAME.enc.yaml` opens the file; a key inside of another is written with a dot between them.",
  },
  CLUSTER_SECRET_MISPLACED: {
    meaning:
      "A login names a Secret of a Kubernetes namespace, and its hub is on this machine; or it names an encrypted file as well.",
    remedy:
      "Name one place: a file below secrets/ anywhere, a Secret of the hub's namespace for hubs on Kubernetes only.",
  },
  SECRETS_LOCKED: {
    meaning: "This machine cannot decrypt a file below secrets/.",
    cause: "SOPS is not installed, or none of the keys that the file is encrypted for is here.",
    remedy: "Install SOPS, bring a key, or have a recipient add yours: `sops updatekeys secrets/NAME.enc.yaml`.",
  },
  SECRETS_CHANGED: {
    meaning: "A file below secrets/ is not as SOPS wrote it, so none of its values is used.",
    cause: "It was edited without SOPS, a merge mixed two versions, or somebody changed it on purpose.",
    remedy: "Take the version before from Git, and make the change again with `sops secrets/NAME.enc.yaml`.",
  },
  PLAN_INVALID: {
    meaning: "The file given to `apply` is no plan, or is a plan of another fleet or of a newer hubfleet.",
    remedy: "Make one with `hubfleet plan --out FILE`.",
  },
  SERVICE_FAILED: {
    meaning: "A file or service of this machine could not be used.",
    remedy: "The message says which and why.",
  },
} as const satisfies Record<string, CodeText>;
