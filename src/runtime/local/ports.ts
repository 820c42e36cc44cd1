/** The ports of one hub: a block of ten from the hub's `port`, of which five are in use, or six. */
export interface HubPorts {
  readonly public: number;
  readonly proxyApi: number;
  readonly hub: number;
  readonly gatewayProxy: number;
  readonly gatewayApi: number;
}

/** Of the page on which people sign, where a hub has one. It is no part of `HubPorts`: most hubs have none. */
export function signOffPort({ public: first }: Pick<HubPorts, "public">): number {
  return first + 5;
}

export function hubPorts(first: number): HubPorts {
  return { public: first, proxyApi: first + 1, hub: first + 2, gatewayProxy: first + 3, gatewayApi: first + 4 };
}
