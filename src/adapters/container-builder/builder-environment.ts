export type Variable = (name: string) => string | undefined;

/** What builders need to find their parts, their daemon, their settings and their way out. */
const needed = [
  ...["PATH", "HOME", "USER", "LOGNAME", "LANG"],
  ...["XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "DBUS_SESSION_BUS_ADDRESS"],
  ...["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_API_VERSION"],
  ...["BUILDX_BUILDER", "BUILDX_CONFIG", "SSH_AUTH_SOCK"],
  ...["BUILDAH_ISOLATION", "BUILDAH_RUNTIME", "CONTAINERS_CONF", "CONTAINERS_REGISTRIES_CONF", "REGISTRY_AUTH_FILE"],
  ...["STORAGE_DRIVER", "STORAGE_OPTS", "SSL_CERT_FILE", "SSL_CERT_DIR"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
] as const;

/** What the credential helpers of a cloud's registry log in with. */
const helpers: readonly { readonly registry: RegExp; readonly names: readonly string[] }[] = [
  {
    registry: /(?:^|\.)amazonaws\.com(?:\.cn)?$|^public\.ecr\.aws$/,
    names: [
      ...["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"],
      ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
      ...["AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE"],
      ...["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
    ],
  },
  {
    registry: /(?:^|[.-])(?:gcr\.io|docker\.pkg\.dev)$/,
    names: ["GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "CLOUDSDK_ACTIVE_CONFIG_NAME"],
  },
  {
    registry: /\.azurecr\.(?:io|us|cn)$/,
    names: [
      "AZURE_CONFIG_DIR",
      "AZURE_CLIENT_ID",
      "AZURE_TENANT_ID",
      "AZURE_CLIENT_SECRET",
      "AZURE_FEDERATED_TOKEN_FILE",
    ],
  },
];

/**
 * The environment of a builder: of the operator's shell only what it needs, and a cloud's credentials only where an image
 * comes from that cloud's registry.
 */
export function builderEnvironment(variable: Variable, registries: readonly string[]): Record<string, string> {
  const wanted = helpers.filter(({ registry }) => registries.some((one) => registry.test(one)));
  const names = [...needed, ...wanted.flatMap((helper) => helper.names)];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = variable(name);
      return value === undefined || value === "" ? [] : [[name, value] as const];
    }),
  );
}
