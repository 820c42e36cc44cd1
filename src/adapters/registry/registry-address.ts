/** Where a registry's interface is. Plain HTTP is spoken on this machine, and to those that the operator named. */
export function registryAddress(registry: string, insecure: readonly string[]): string {
  if (registry === "docker.io" || registry === "index.docker.io") return "https://registry-1.docker.io";
  return `${isLoopback(hostOf(registry)) || insecure.includes(registry) ? "http" : "https"}://${registry}`;
}

/** Whether a login may be sent there. */
export function maySendLogin(url: URL, insecure: readonly string[]): boolean {
  return (
    url.protocol === "https:" || (url.protocol === "http:" && (isLoopback(url.hostname) || insecure.includes(url.host)))
  );
}

/** Whether a host is this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function hostOf(registry: string): string {
  return registry.replace(/:\d+$/, "");
}
