import type { CodeText } from "../code-text.ts";

/** Problems between files. */
export const fleetCodes = {
  DUPLICATE_NAME: {
    meaning: "Two files have the same name but for upper and lower case or their ending.",
    remedy: "Keep one of them: on some machines they are the same file.",
  },
  DUPLICATE_STAGE: { meaning: "Two stages have the same name.", remedy: "Rename one of them." },
  DUPLICATE_ITEM: {
    meaning: "A stage has two checklist items with one name, or asks one role twice for sign-offs.",
    remedy: "Merge them, or rename one.",
  },
  STAGE_IS_LAST: {
    meaning: "The last stage says what a bundle must show before it goes on, and it goes nowhere.",
    cause:
      "`soak` and `hubs` belong to the stage in which a bundle is watched, not to the one that is protected by it.",
    remedy: "Write them in the stage before.",
  },
  UNKNOWN_TIME_ZONE: {
    meaning: "A freeze names a time zone that the platform does not know.",
    remedy: "Write a name of the time zone database, for example Europe/Berlin.",
  },
  FREEZE_DATES: {
    meaning: "A freeze ends before it begins, or a date of it is on no calendar.",
    remedy: "Correct `from` or `to`.",
  },
  UNKNOWN_CHECK: {
    meaning: "A stage asks for a check that none of its hubs has.",
    remedy: "Correct the name, or add the check to the hubs' `checks`.",
  },
  DUPLICATE_CHECK: { meaning: "A file has two checks with the same name.", remedy: "Rename or remove one of them." },
  DUPLICATE_PROFILE: { meaning: "A file has two profiles with the same id.", remedy: "Merge them, or rename one." },
  UNKNOWN_CLUSTER: {
    meaning: "A hub names a cluster that has no file under clusters/.",
    remedy: "Correct the name, or add the file.",
  },
  UNKNOWN_STAGE: {
    meaning: "A hub names a stage that fleet.yaml does not list.",
    remedy: "Correct the name, or add the stage.",
  },
  UNKNOWN_GROUP: {
    meaning: "A group is named that has no file under groups/.",
    remedy: "Correct the name, or add the file.",
  },
  UNKNOWN_IMAGE: {
    meaning: "An image is named that has no directory under images/.",
    remedy: "Correct the name, or add the image.",
  },
  UNKNOWN_VARIANT: {
    meaning: "An experiment names a variant that its image does not have.",
    remedy: "Add it to `variants` in image.yaml.",
  },
  UNKNOWN_HUB: {
    meaning: "A hub is named that has no file under hubs/.",
    remedy: "Correct the name, or add the file.",
  },
  UNKNOWN_PROFILE: {
    meaning: "A profile changes one that no layer above defines.",
    cause:
      "A profile without `name` (or with `remove: true`) changes the profile of the same id in platform.yaml or a group.",
    remedy: "Correct the id, or give the profile a name to make it a new one.",
  },
  UNKNOWN_NODE_GROUP: {
    meaning: "A profile names a node group that the hub's cluster does not have.",
    remedy: "Correct the name, or add the node group to the cluster.",
  },
  UNKNOWN_ACCESS_GROUP: {
    meaning: "A profile is reserved for a group of users that access.groups does not define.",
    remedy: "Correct the name, or define the group of users.",
  },
  GROUP_CYCLE: {
    meaning: "Groups include each other in a circle, so that no order of their settings exists.",
    remedy: "Remove one of the inclusions.",
  },
  TWIN_IS_SELF: {
    meaning: "A hub names itself as its twin.",
    remedy: "Name the hub of an earlier stage that the same community tests on.",
  },
  RENAMED_FROM_EXISTS: {
    meaning: "A hub names as its old name a hub that the fleet still has.",
    cause: "After a rename there is one file, with the new name.",
    remedy: "Remove the file of the old name, or the key `renamedFrom`.",
  },
  RENAMED_FROM_TWICE: {
    meaning: "Two hubs name the same hub as what they were before.",
    remedy: "Keep `renamedFrom` in the one that is to have the homes.",
  },
  HUB_WITHOUT_IMAGE: {
    meaning: "No layer says which image the hub uses for a role.",
    remedy: "Set images.hub and images.notebook in platform.yaml.",
  },
  IMAGE_ROLE: {
    meaning: "An image is used in a role that it is not made for.",
    remedy: "Choose an image of that role, or change `role` in its image.yaml.",
  },
  IMAGE_WITHOUT_CONTENTS: {
    meaning: "The image says neither what is in it nor where it comes from.",
    remedy: "Add requirements.txt, or `from:` with a reference by digest.",
  },
  IMAGE_NOT_PINNED: {
    meaning: "The image reference can mean another image tomorrow.",
    cause: "Tags such as latest or dev move. Only a digest names the same bytes for ever.",
    remedy: "Write the reference with its digest: name@sha256:….",
  },
  HUB_IMAGE_MISMATCH: {
    meaning: "A hub image does not fit the jupyterhub chart of a hub on Kubernetes.",
    cause:
      "The chart's templates, its hub image k8s-hub and the JupyterHub in it are one release. Mixed, the hub does not start, or upgrades its database to what the other cannot read.",
    remedy: "Give the base, jupyterhub in the lock and charts.jupyterhub.version the versions that belong together.",
  },
  PYTHON_MISMATCH: {
    meaning: "A notebook image and the worker image beside it have different Python minors.",
    cause: "Functions cannot travel between Python minors: Dask workers fail or hang.",
    remedy: "Give both images the same `python`.",
  },
  REQUIREMENT_NOT_PINNED: {
    meaning: "A requirement from Git names a branch or tag, which moves.",
    remedy: "Name the full commit: package @ git+https://…@<40 hexadecimal digits>.",
  },
  REQUIREMENT_LOCAL: {
    meaning: "A requirement names a path of the machine it was written on.",
    remedy: "Publish the package, or name it by address and commit.",
  },
  REQUIREMENT_HOLDS_LOGIN: {
    meaning: "An address in a requirements file holds a password, which would be in Git and in every image.",
    remedy: "Take it out, change the password, and let the installer find the login in ~/.netrc or a keyring.",
  },
  RUNTIME_INVALID: {
    meaning: "An image's runtime.txt names no Python version, or another one than image.yaml.",
    remedy: "Write `python-3.11` there, or set `python` in image.yaml and remove the file.",
  },
  FILE_MISSING: {
    meaning: "A setting names a file of the fleet that is not there.",
    remedy: "Add the file, or correct the path.",
  },
  PORT_MISSING: {
    meaning: "A hub on a local cluster has no port.",
    remedy: "Give it the first of ten free ports; the hint names one.",
  },
  PORT_CLASH: {
    meaning: "Two local hubs' blocks of ten ports overlap.",
    remedy: "Move one of them; the hint names a free block.",
  },
  BASE_PATH_CLASH: {
    meaning: "Two hubs on the same address have the same base path, or one inside the other.",
    cause: "Browsers keep cookies per host and path, not per port: logging in to one would log out the other.",
    remedy: "Give each hub a base path of its own.",
  },
  DOMAIN_MISSING: {
    meaning: "A hub on a Kubernetes cluster has no domain.",
    remedy: "Set `domain` in the hub's file.",
  },
  PORT_WITHOUT_USE: {
    meaning: "A hub on a Kubernetes cluster has a port, which means nothing there.",
    remedy: "Remove the key.",
  },
  ADDRESS_NEEDS_HTTPS: {
    meaning: "A local cluster listens beyond this machine without HTTPS.",
    cause: "Passwords and tokens would cross the network in the clear.",
    remedy: "Set https.key and https.certificate, or listen on 127.0.0.1.",
  },
  ADDRESS_NEEDS_LOGIN: {
    meaning: "A hub that can be reached beyond this machine has only a shared password.",
    remedy: "Choose login kind sign-up or github, or listen on 127.0.0.1.",
  },
  PROFILE_ABOVE_LIMIT: {
    meaning: "A profile allows more than the hub's limits.",
    remedy: "Lower the profile, or raise the limit.",
  },
  GUARANTEE_ABOVE_LIMIT: {
    meaning: "A profile guarantees more than it allows.",
    remedy: "Lower the guarantee, or raise the limit.",
  },
  SEVERAL_DEFAULT_PROFILES: {
    meaning: "More than one profile of a hub is the default.",
    remedy: "Keep `default: true` on one of them; `default: false` takes an inherited one back.",
  },
  NO_PROFILE_LEFT: { meaning: "Every profile of the hub has been removed.", remedy: "Keep one." },
  RESERVED_CHART_VALUE: {
    meaning: "A chart value would do what hubfleet itself decides, past its gates.",
    cause: "Image tags and pre-pull hooks in chart values would reach users without having been tested.",
    remedy: "Use the setting that the hint names.",
  },
  RESERVED_HUB_CONFIG: {
    meaning: "hubConfig sets what a setting of the fleet decides.",
    cause:
      "hubConfig is laid over everything else, so that it could open a hub that hubfleet has checked: another login, another list of users, another image.",
    remedy: "Use the setting that the hint names.",
  },
  EXPERIMENT_DATES: { meaning: "An experiment ends before it starts.", remedy: "Correct `start` or `deadline`." },
} as const satisfies Record<string, CodeText>;
