import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type Rule, settingsFiles } from "./rule.ts";

/** Traits that a setting of the fleet decides. Set behind its back, they would open what hubfleet has checked. */
const reserved: readonly { readonly section: RegExp; readonly traits: Readonly<Record<string, string>> }[] = [
  {
    section: /^JupyterHub$/,
    traits: {
      authenticator_class: "use access.login",
      spawner_class: "leave it out: the cluster decides it",
      proxy_class: "leave it out: hubfleet runs the proxy",
      base_url: "use basePath",
      bind_url: "use port, and the cluster's address",
      ip: "use the cluster's address",
      port: "use port",
      hub_bind_url: "leave it out: hubfleet chooses it",
      hub_connect_url: "leave it out: hubfleet chooses it",
      hub_ip: "leave it out: hubfleet chooses it",
      hub_port: "leave it out: hubfleet chooses it",
      ssl_key: "use https of the cluster",
      ssl_cert: "use https of the cluster",
      db_url: "leave it out: hubfleet keeps the database",
      cookie_secret: "leave it out: it is made once and kept",
      cookie_secret_file: "leave it out: it is made once and kept",
      cleanup_servers: "leave it out: servers outlive a restart of the hub",
      cleanup_proxy: "leave it out: the proxy outlives a restart of the hub",
      admin_access: "use access.admins",
      services: "leave it out: hubfleet runs the hub's services",
      load_groups: "use access.groups",
      logo_file: "use appearance.logo",
    },
  },
  {
    section: /Authenticator$/,
    traits: {
      allow_all: "use access.everyone",
      allow_existing_users: "use access.users",
      allowed_users: "use access.users",
      admin_users: "use access.admins",
      allowed_organizations: "use access.organizations",
      allowed_teams: "use access.teams",
      client_id: "use access.login.clientId",
      oauth_callback_url: "leave it out: it follows from the hub's address",
    },
  },
  {
    section: /Spawner$/,
    traits: {
      image: "use images.notebook",
      profile_list: "use profiles",
      cmd: "leave it out: the image decides it",
      cpu_limit: "use limits or profiles",
      mem_limit: "use limits or profiles",
      hub_connect_url: "leave it out: hubfleet chooses it",
      environment: "use environment",
    },
  },
  { section: /^ConfigurableHTTPProxy$/, traits: { auth_token: "leave it out: it is made once and kept" } },
];

export const hubConfigPassesNoGate: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) =>
    Object.entries(value.hubConfig ?? {}).flatMap(([section, traits]) =>
      Object.keys(traits).flatMap((trait) => {
        const hint = reservedHint(section, trait);
        if (hint === undefined) return [];
        return [
          new HubfleetError("RESERVED_HUB_CONFIG", {
            message: `"${section}.${trait}" is decided by hubfleet`,
            hint,
            at: document.position(["hubConfig", section, trait], "key"),
          }),
        ];
      }),
    ),
  );

function reservedHint(section: string, trait: string): string | undefined {
  const entry = reserved.find((candidate) => candidate.section.test(section));
  return entry !== undefined && Object.hasOwn(entry.traits, trait) ? entry.traits[trait] : undefined;
}
