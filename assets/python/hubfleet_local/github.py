"""Login with GitHub, or with a GitHub Enterprise server."""

import asyncio

from oauthenticator.github import GitHubOAuthenticator
from traitlets import default

from .authenticators import ListedAccess
from .names import is_reserved

_MEMBER = 204
_NO_MEMBER = (302, 401, 404)


class GitHub(ListedAccess, GitHubOAuthenticator):
    @default("github_url")
    def _github_url_default(self):
        return self.site.settings["login"]["address"].rstrip("/")

    @default("client_id")
    def _client_id(self):
        return self.site.settings["login"]["clientId"]

    @default("client_secret")
    def _client_secret(self):
        return self.site.secrets.get("githubClientSecret") or ""

    @default("enable_auth_state")
    def _membership_is_asked_again(self):
        return True

    def refresh_lists(self):
        access = super().refresh_lists()
        # Who is in an organization is private to its members: it has to be asked for.
        self.scope = ["read:org"] if access.membership_rules() else []
        return access

    async def memberships(self, username, authentication, access):
        token = ((authentication or {}).get("auth_state") or {}).get("token_response")
        return await self._ask(username, token, access, believed=())

    async def refresh_user(self, user, handler=None, **kwargs):
        """Asked every few minutes while somebody is active: who left the organization is out.

        Those on a list by name are not asked about, so GitHub may be away. Nobody is put out because
        GitHub gave no answer.
        """
        if is_reserved(user.name):
            return bool(self.site.rules_of(user.name))
        access = self.site.access()
        if access.listed(user.name):
            return True
        token = ((await user.get_auth_state()) or {}).get("token_response")
        rules = await self._ask(user.name, token, access, believed=self.site.grants.of(user.name))
        self.site.grants.record(user.name, rules)
        if rules:
            return True
        asyncio.ensure_future(self.parent.reconciliation.sync())
        return False

    async def _ask(self, username, token, access, believed):
        """The membership rules that hold; without an answer, those believed before."""
        rules = []
        for rule, name in access.membership_rules().items() if token else ():
            is_member = await self._is_member(name, username, token)
            if is_member or (is_member is None and rule in believed):
                rules.append(rule)
        return rules

    async def _is_member(self, name, username, token):
        """True or False, or None when GitHub did not say."""
        organization, _, team = name.partition(":")
        place = f"orgs/{organization}/teams/{team}" if team else f"orgs/{organization}"
        headers = self.build_userdata_request_headers(token["access_token"], token["token_type"])
        try:
            answer = await self.httpfetch(
                f"{self.github_api}/{place}/members/{username}",
                "asking for a membership",
                parse_json=False,
                raise_error=False,
                method="GET",
                headers=headers,
                validate_cert=self.validate_server_cert,
            )
        except OSError as error:
            self.log.warning("%s: GitHub did not say whether %s is a member: %s", name, username, error)
            return None
        if answer.code == _MEMBER:
            return True
        if answer.code in _NO_MEMBER:
            return False
        self.log.warning("%s: GitHub answered %s about %s", name, answer.code, username)
        return None
