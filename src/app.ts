/** The use-cases, one method each; what the command line and the server call. */
export interface App {
  readonly fleetDirectory: string;
}
