"""Login with a password of one's own, chosen at the first visit by those on the list."""

import hmac

from nativeauthenticator import NativeAuthenticator
from nativeauthenticator.handlers import SignUpHandler
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

    def get_handlers(self, app):
        handlers = super().get_handlers(app)
        return [(path, _ListedSignUp if handler is SignUpHandler else handler) for path, handler in handlers]

    def refusal(self, name, password):
        """Why this name may not sign up with this password; empty when it may."""
        access = self.refresh_lists()
        if not access.listed(name):
            return "This name is not on the hub's list. Ask those who run the hub to add it."
        if name in access.admins and not self._is_admin_password(password):
            return "An administrator signs up with the hub's administrator password, and changes it afterwards."
        if not self.is_password_strong(password):
            return f"The password needs at least {self.minimum_password_length} characters and must not be a common one."
        return ""

    def create_user(self, username, password, **details):
        name = self.normalize_username(username)
        refusal = self.refusal(name, password)
        if refusal:
            self.log.warning("sign-up of %r refused: %s", name, refusal)
            return None
        return super().create_user(username, password, **details)

    def _is_admin_password(self, password):
        expected = self.site.secrets.get("adminPassword") or ""
        return bool(expected) and hmac.compare_digest(password.encode(), expected.encode())


class _ListedSignUp(SignUpHandler):
    def get_result_message(self, user, *args):
        if user is None:
            name = self.authenticator.normalize_username(self.get_body_argument("username", strip=False))
            refusal = self.authenticator.refusal(name, self.get_body_argument("signup_password", strip=False))
            if refusal and not self.authenticator.user_exists(name):
                return "alert-danger", refusal
        return super().get_result_message(user, *args)
