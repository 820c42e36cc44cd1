"""Login with a password of one's own, chosen at the first visit by those on the list."""

import hmac

from nativeauthenticator import NativeAuthenticator
from traitlets import default

from .authenticators import ListedAccess


class SignUp(ListedAccess, NativeAuthenticator):
    """The list decides who may sign up, so nobody has to be authorized by hand.

    Whoever comes first under a listed name owns it. That must not make a stranger an
    administrator: an administrator signs up with the hub's administrator password and changes it
    afterwards.
    """

    @default("open_signup")
    def _list_decides(self):
        return True

    @default("minimum_password_length")
    def _minimum_password_length(self):
        return 8

    @default("check_common_password")
    def _check_common_password(self):
        return True

    @default("allowed_failed_logins")
    def _allowed_failed_logins(self):
        return 10

    @default("seconds_before_next_try")
    def _seconds_before_next_try(self):
        return 60

    def create_user(self, username, password, **details):
        name = self.normalize_username(username)
        access = self.refresh_lists()
        if not access.listed(name):
            self.log.warning("sign-up refused: %r is not on the list", name)
            return None
        if name in access.admins and not self._is_admin_password(password):
            self.log.warning("sign-up refused: administrator %r did not use the administrator password", name)
            return None
        return super().create_user(username, password, **details)

    def _is_admin_password(self, password):
        expected = self.site.secrets.get("adminPassword") or ""
        return bool(expected) and hmac.compare_digest(password.encode(), expected.encode())
