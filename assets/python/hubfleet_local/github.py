"""Login with GitHub, or with a GitHub Enterprise server."""

from oauthenticator.github import GitHubOAuthenticator
from traitlets import default

from .authenticators import ListedAccess


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
        if not token:
            return []
        rules = []
        for rule, name in access.membership_rules().items():
            if await self._check_membership_allowed_organizations(
                name, username, token["access_token"], token["token_type"]
            ):
                rules.append(rule)
        return rules
