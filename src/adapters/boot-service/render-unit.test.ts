import { expect, it } from "vitest";

import { renderUnit } from "./render-unit.ts";

it("renders a unit that runs once when the machine has started", () => {
  const unit = renderUnit({
    name: "hubfleet-1",
    description: "Hubs",
    argv: ["/usr/bin/node", "/opt/hub fleet/main.js", "apply", "-C", '/srv/100%/$HOME/"x"\\'],
    environment: { HUBFLEET_STATE: "/var/lib/hubfleet" },
  });

  expect(unit).toMatchInlineSnapshot(`
    "# Written by hubfleet; removed by \`hubfleet destroy --all\`.
    [Unit]
    Description=Hubs
    Wants=network-online.target
    After=network-online.target local-fs.target

    [Service]
    Type=oneshot
    RemainAfterExit=yes
    Delegate=yes
    Environment="HUBFLEET_STATE=/var/lib/hubfleet"
    ExecStart="/usr/bin/node" "/opt/hub fleet/main.js" "apply" "-C" "/srv/100%%/$$HOME/\\"x\\"\\\\"

    [Install]
    WantedBy=multi-user.target
    "
  `);
});
