import type { CodeText } from "../code-text.ts";

/** Problems of Kubernetes clusters and of what is asked of them. */
export const clusterCodes = {
  KUBECONFIG_UNUSABLE: {
    meaning:
      "The file that says how to reach clusters is absent, unreadable or without the context that a cluster names.",
    cause: "KUBECONFIG names another file, the context has another name on this machine, or a login was never set up.",
    remedy:
      "Let your provider's command write it, or name the right file with KUBECONFIG. `context:` of clusters/NAME.yaml says which context is meant; left out, it is the cluster's name.",
  },
  CLUSTER_MISMATCH: {
    meaning:
      "Behind the kubeconfig's context is another cluster than the one that clusters/NAME.yaml pins. Nothing was asked of it.",
    cause: "The context was pointed elsewhere, or the cluster was made anew.",
    remedy:
      "Choose the right kubeconfig or context. If the cluster was really replaced, write its address and fingerprint into clusters/NAME.yaml; the message holds both.",
  },
  CRD_CONFLICT: {
    meaning:
      "A chart brings a definition of a kind (CRD) that the cluster has in a way which excludes this one. Nothing was changed.",
    cause: "Something else on the cluster uses another version of the same software, usually Traefik.",
    remedy:
      "Take a version of the chart that goes with what is there. hubfleet makes definitions wider and takes nothing from them: objects of others would be lost.",
  },
  IMAGE_NOT_PULLED: {
    meaning: "A node cannot pull an image that a hub is to run. Nothing of the hub was changed.",
    cause: "The image is not for the node's platform, the node's login is not let in, or a pull secret is missing.",
    remedy:
      "The message names the node, the image and the registry's own words. `pull: registry` in the cluster's file leaves nodes alone.",
  },
  CLUSTER_UNREACHABLE: {
    meaning: "A cluster's API server did not answer, or not in time, also when asked again.",
    cause: "It is down or overloaded, a VPN is missing, or its address is out of date.",
    remedy: "Run the command again when it answers; other clusters are not affected.",
  },
  CLUSTER_CERTIFICATE: {
    meaning: "The certificate of a cluster's API server does not hold: nothing was sent.",
    cause: "The kubeconfig names another authority, the certificate has ended, or it is for another address.",
    remedy:
      "Fetch the kubeconfig anew from whoever runs the cluster. hubfleet never goes on without a certificate that holds.",
  },
  CLUSTER_LOGIN: {
    meaning: "A cluster does not know who is asking: the login of the kubeconfig is missing, refused or over.",
    remedy: "Log in anew with your provider's command, then run the command again.",
  },
  CLUSTER_DENIED: {
    meaning: "A cluster knows who is asking, and does not let them do this.",
    remedy:
      "Ask whoever runs the cluster for a role that allows it; the message names the identity, the verb and the kind.",
  },
  KIND_UNKNOWN: {
    meaning: "A cluster has no objects of this kind.",
    cause: "Its definition (CRD) is not installed there, or the cluster is older or newer than the chart expects.",
    remedy: "Install the definition, or choose a chart that fits the cluster's version.",
  },
  OBJECT_REFUSED: {
    meaning: "A cluster does not take an object as it is; it was not changed.",
    cause:
      "A value is invalid, a field cannot be changed once it is there, the namespace is absent, or a policy forbids it.",
    remedy: "The message holds the cluster's own words. Mend the value that they name.",
  },
  OBJECT_ABSENT: {
    meaning: "Something was asked of an object that the cluster does not have (any more).",
    remedy: "Look what is there; a pod may have been replaced in the meantime.",
  },
  OBJECT_CONFLICT: {
    meaning: "A field of an object is kept by somebody else, with another value. Nothing was changed.",
    cause: "It was edited by hand (kubectl edit, scale), or another tool manages the same object.",
    remedy: "Take the other's value into the fleet, or let the field go there. The message names both.",
  },
} as const satisfies Record<string, CodeText>;
