/** The ports of one hub: a block of ten from the hub's `port`, of which five are in use. */
export interface HubPorts {
  readonly public: number;
  readonly proxyApi: number;
  readonly hub: number;
  readonly gatewayProxy: number;
  readonly gatewayApi: number;
}

export function hubPorts(first: number): HubPorts {
  return { public: first, proxyApi: first + 1, hub: first + 2, gatewayProxy: first + 3, gatewayApi: first + 4 };
}
