import * as access from "./access-is-safe.ts";
import { chartImagesAreExact } from "./chart-images-are-exact.ts";
import { chartValuesPassNoGate } from "./chart-values-pass-no-gate.ts";
import * as checks from "./checks-are-sound.ts";
import * as conda from "./conda-environments-are-sound.ts";
import { containerNamesAreDistinct } from "./container-names-are-distinct.ts";
import { experimentsEndAfterTheyStart, experimentsNameKnownThings } from "./experiments-are-sound.ts";
import { appearanceFilesExist } from "./files-exist.ts";
import { twinsStandInEarlierStages, uuidIsTheFleetsOwn } from "./fleet-is-its-own.ts";
import { groupsFormNoCycle } from "./groups-form-no-cycle.ts";
import { hubConfigCanBeCompared, hubConfigIsKnown } from "./hub-config-is-known.ts";
import { hubConfigPassesNoGate } from "./hub-config-passes-no-gate.ts";
import { hubImagesCanBeCompared, hubImagesMatchTheirChart } from "./hub-image-matches-chart.ts";
import { dockerfilesArePinned, imagesArePinned } from "./images-are-pinned.ts";
import * as images from "./images-are-sound.ts";
import * as imageUse from "./images-fit-their-use.ts";
import * as kubernetes from "./kubernetes-hubs-are-sound.ts";
import * as local from "./local-hubs-do-not-clash.ts";
import * as distinct from "./names-are-distinct.ts";
import * as known from "./names-are-known.ts";
import { nothingIsOverlooked } from "./nothing-is-overlooked.ts";
import * as people from "./people-are-sound.ts";
import * as pins from "./pins-are-sound.ts";
import * as profiles from "./profiles-are-sound.ts";
import { recipientsCanBeReached, recipientsHoldNoSecrets } from "./recipients-can-be-reached.ts";
import * as requirements from "./requirements-are-sound.ts";
import * as renames from "./renames-are-sound.ts";
import type { Rule } from "./rule.ts";
import { clusterSecretsHaveAPlace, namedSecretsAreThere } from "./secrets-are-there.ts";
import { secretsAreEncrypted, settingsHoldNoSecrets } from "./secrets-stay-secret.ts";
import * as stages from "./stages-are-sound.ts";

/** Every rule between files. Problems are sorted by place afterwards, so the order here is for readers only. */
export const rules: readonly Rule[] = [
  known.hubsNameKnownClusters,
  known.hubsNameKnownStages,
  known.groupsAreKnown,
  known.imagesAreKnown,
  known.clustersNameKnownRegistries,
  known.twinsAreKnown,
  known.profilesNameKnownUserGroups,
  known.profilesNameKnownNodeGroups,
  distinct.stagesAreDistinct,
  stages.stageEntriesAreDistinct,
  stages.stageChecksAreKnown,
  stages.soaksAreWaitedFor,
  stages.freezesHaveDates,
  people.peopleAreDistinct,
  people.peoplesKeysCanSign,
  people.peopleShareNoKeys,
  people.peopleShareNoLogins,
  people.loginsProveWhoSomebodyIs,
  distinct.profilesAreDistinct,
  distinct.twinsAreOtherHubs,
  containerNamesAreDistinct,
  renames.oldNamesAreFree,
  renames.oldNamesAreClaimedOnce,
  groupsFormNoCycle,
  local.localHubsHavePorts,
  local.portsDoNotOverlap,
  local.basePathsDoNotOverlap,
  local.remoteHubsHaveDomains,
  images.imagesHaveContents,
  images.imageDirectoriesHaveImageFiles,
  images.runtimesAgree,
  imagesArePinned,
  dockerfilesArePinned,
  images.variantFilesExist,
  images.aptFilesAreSound,
  images.countedPathsExist,
  pins.pinnedFilesExist,
  pins.pinsDoNotOverlap,
  pins.pinnedImagesAreBuilt,
  conda.environmentFilesAreSound,
  conda.environmentFilesAgreeOnPython,
  requirements.gitRequirementsNameCommits,
  requirements.requirementsComeFromAfar,
  requirements.requirementsHoldNoLogins,
  imageUse.hubsHaveImages,
  imageUse.imagesFitTheirRoles,
  imageUse.localHubsUseLocalImages,
  imageUse.workersShareTheirNotebooksPython,
  hubImagesMatchTheirChart,
  profiles.changedProfilesExist,
  profiles.hubsKeepAProfile,
  profiles.oneProfileIsTheDefault,
  profiles.profilesStayBelowLimits,
  profiles.guaranteesStayBelowLimits,
  access.openAddressesHaveHttps,
  access.openHubsHaveRealLogins,
  chartValuesPassNoGate,
  chartImagesAreExact,
  hubConfigPassesNoGate,
  hubConfigIsKnown,
  kubernetes.sharedDirectoriesHaveAServer,
  kubernetes.httpsFitsItsEntry,
  kubernetes.placesNameKnownNodeGroups,
  kubernetes.workersFitTheirNodes,
  kubernetes.namespacesAreDistinct,
  kubernetes.manifestFilesExist,
  recipientsCanBeReached,
  recipientsHoldNoSecrets,
  settingsHoldNoSecrets,
  secretsAreEncrypted,
  namedSecretsAreThere,
  clusterSecretsHaveAPlace,
  appearanceFilesExist,
  checks.checkFilesExist,
  checks.checksAreDistinct,
  checks.checksNameKnownProfiles,
  experimentsNameKnownThings,
  experimentsEndAfterTheyStart,
];

/** Rules that a hub must keep with the bundle that it runs, as with the files as they are now. */
export const bundleRules: readonly Rule[] = [
  known.imagesAreKnown,
  known.profilesNameKnownUserGroups,
  known.profilesNameKnownNodeGroups,
  imageUse.hubsHaveImages,
  imageUse.imagesFitTheirRoles,
  imageUse.workersShareTheirNotebooksPython,
  profiles.changedProfilesExist,
  profiles.hubsKeepAProfile,
  profiles.oneProfileIsTheDefault,
  profiles.profilesStayBelowLimits,
  profiles.guaranteesStayBelowLimits,
  access.openHubsHaveRealLogins,
  checks.checksNameKnownProfiles,
];

/** Rules whose findings are said but stop nothing. */
export const warningRules: readonly Rule[] = [
  access.somebodyMayEnter,
  access.groupMembersMayEnter,
  access.userNamesDifferInMoreThanCase,
  uuidIsTheFleetsOwn,
  twinsStandInEarlierStages,
  stages.stagesCanBePassed,
  nothingIsOverlooked,
  images.imageFilesAreCarriedOut,
  hubImagesCanBeCompared,
  hubConfigCanBeCompared,
  kubernetes.remoteHubsHaveHttps,
  kubernetes.remoteHubsHaveCharts,
  people.loginsHaveAPage,
];
