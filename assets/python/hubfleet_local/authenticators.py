"""The three ways to log in, each asking the live access list at every login."""

from jupyterhub.auth import Authenticator
from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from traitlets import default

from .names import is_reserved, leads_elsewhere


class ListedAccess(Authenticator):
    """Lets in exactly whom current.json lets in, and records by which rules."""

    @property
    def site(self):
        return self.parent.site

    @default("any_allow_config")
    def _lists_are_live(self):
        return True

    @default("allow_existing_users")
    def _knowing_somebody_is_no_reason(self):
        return False

    def check_allow_config(self):
        """Parent classes warn about empty lists; the lists are not theirs."""

    def refresh_lists(self):
        """Parent classes look at `admin_users`; it follows the written list."""
        access = self.site.access()
        self.admin_users = set(access.admins)
        return access

    async def authenticate(self, handler, data=None):
        self.refresh_lists()
        return await super().authenticate(handler, data)

    def validate_username(self, username):
        """Whatever way the name came: a login, a sign-up, an administrator's request."""
        return not leads_elsewhere(username) and super().validate_username(username)

    async def check_allowed(self, username, authentication=None):
        access = self.refresh_lists()
        if is_reserved(username):
            return False
        rules = access.listed(username)
        rules += await self.memberships(username, authentication, access)
        if rules:
            self.site.grants.record(username, rules)
        return bool(rules)

    async def memberships(self, username, authentication, access):
        """The organization and team rules that hold for this person."""
        return []

    def is_admin(self, handler, authentication):
        return authentication["name"] in self.site.access().admins


class SharedPassword(ListedAccess, SharedPasswordAuthenticator):
    """One password for users, another for administrators: for demonstrations and short courses."""

    @default("user_password")
    def _user_password(self):
        return self.site.secrets["sharedPassword"]

    @default("admin_password")
    def _admin_password(self):
        return self.site.secrets["adminPassword"]
