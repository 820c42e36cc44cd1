export interface EcrRegistry {
  /** Number of the account. */
  readonly account: string;
  readonly region: string;
}

/** A private registry of Amazon ECR by its address; undefined for any other. */
export function parseEcrAddress(registry: string): EcrRegistry | undefined {
  const [, account, region] =
    /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(registry) ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}
